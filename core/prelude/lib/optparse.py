# The standard module optparse: nothing about it is followed.
__unknown__ = True
