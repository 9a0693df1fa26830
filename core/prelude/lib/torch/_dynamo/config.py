# Describes torch._dynamo.config.
__unknown__ = True
