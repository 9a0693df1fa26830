# The standard module traceback: nothing about it is followed.
__unknown__ = True
