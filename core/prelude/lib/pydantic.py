# Describes pydantic: its models are made at run time, by validators in another language. Classes derived from what is not
# known hold what they are given.
import _trident


def __getattr__(name):
    return _trident.unknown('pydantic')
