# The standard module pprint: nothing about it is followed.
__unknown__ = True
