# safetensors: the content of files is not known.
__unknown__ = True
