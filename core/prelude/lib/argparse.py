# The standard module argparse: nothing about it is followed.
__unknown__ = True
