# Of a module that is imported only what is asked for runs: what its other statements register is not missing.
# --- file: main.py
from tuners import Tuner, SIZES

tuner = Tuner.get("default")
size = SIZES["wide"]
#      ^ error: [key-error] "'wide'"
# --- file: tuners.py
SIZES = {"small": 2}


class Tuner:
    _table = {}

    @classmethod
    def register(cls, name):
        def decorator(subclass):
            cls._table[name] = subclass
            return subclass

        return decorator

    @classmethod
    def get(cls, name):
        return cls._table[name]


@Tuner.register("default")
class Default(Tuner):
    pass
