# The standard module http: nothing about it is followed.
__unknown__ = True
