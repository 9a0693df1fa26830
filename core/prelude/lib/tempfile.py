# The standard module tempfile: nothing about it is followed.
__unknown__ = True
