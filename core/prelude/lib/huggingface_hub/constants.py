# huggingface_hub.constants: nothing about it is followed.
__unknown__ = True
