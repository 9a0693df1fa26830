# huggingface_hub.file_download: nothing about it is followed.
__unknown__ = True
