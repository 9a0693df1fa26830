# The package pandas: nothing about it is followed.
__unknown__ = True
