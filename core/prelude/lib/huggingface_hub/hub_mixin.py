# huggingface_hub.hub_mixin: nothing about it is followed.
__unknown__ = True
