# The standard module asyncio: nothing about it is followed.
__unknown__ = True
