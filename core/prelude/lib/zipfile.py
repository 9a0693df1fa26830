# The standard module zipfile: nothing about it is followed.
__unknown__ = True
