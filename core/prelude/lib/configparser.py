# The standard module configparser: nothing about it is followed.
__unknown__ = True
