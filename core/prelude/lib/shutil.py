# The standard module shutil: nothing about it is followed.
__unknown__ = True
