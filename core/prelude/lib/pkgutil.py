# The standard module pkgutil: nothing about it is followed.
__unknown__ = True
