# The package safetensors: nothing about it is followed.
__unknown__ = True
