# huggingface_hub.utils: nothing about it is followed.
__unknown__ = True
