# huggingface_hub.hf_api: nothing about it is followed.
__unknown__ = True
