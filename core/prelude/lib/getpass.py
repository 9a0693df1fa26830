# The standard module getpass: nothing about it is followed.
__unknown__ = True
