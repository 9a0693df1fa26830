# The package sentencepiece: nothing about it is followed.
__unknown__ = True
