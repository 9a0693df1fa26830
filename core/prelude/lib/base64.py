# The standard module base64: nothing about it is followed.
__unknown__ = True
