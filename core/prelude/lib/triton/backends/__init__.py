# What host code reads of it is not known.
__unknown__ = True
