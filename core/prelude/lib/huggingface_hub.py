# The package huggingface_hub: nothing about it is followed.
__unknown__ = True
