# numpy.linalg: nothing about it is followed.
__unknown__ = True
