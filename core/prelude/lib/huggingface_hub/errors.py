# huggingface_hub.errors: nothing about it is followed.
__unknown__ = True
