# The package tokenizers: nothing about it is followed.
__unknown__ = True
