# Describes random: every draw is unknown.
import _trident


def seed(a=None, version=2):
    return None


def shuffle(x):
    return None


def random():
    return _trident.unknown('random number')


def uniform(a, b):
    return _trident.unknown('random number')


def gauss(mu=0.0, sigma=1.0):
    return _trident.unknown('random number')


def normalvariate(mu=0.0, sigma=1.0):
    return _trident.unknown('random number')


def betavariate(alpha, beta):
    return _trident.unknown('random number')


def randint(a, b):
    return _trident.unknown('random number')


def randrange(start, stop=None, step=1):
    return _trident.unknown('random number')


def getrandbits(k):
    return _trident.unknown('random number')


def choice(seq):
    return _trident.unknown('random choice')


def choices(population, weights=None, *, cum_weights=None, k=1):
    return [_trident.unknown('random choice') for _ in range(k)]


def sample(population, k, *, counts=None):
    return [_trident.unknown('random choice') for _ in range(k)]


def getstate():
    return _trident.unknown('random state')


def setstate(state):
    return None


class Random:
    def __init__(self, x=None):
        pass

    def seed(self, a=None):
        return None

    def shuffle(self, x):
        return None

    def random(self):
        return _trident.unknown('random number')

    def uniform(self, a, b):
        return _trident.unknown('random number')

    def randint(self, a, b):
        return _trident.unknown('random number')

    def choice(self, seq):
        return _trident.unknown('random choice')
