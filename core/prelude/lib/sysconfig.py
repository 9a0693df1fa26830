# The standard module sysconfig: nothing about it is followed.
__unknown__ = True
