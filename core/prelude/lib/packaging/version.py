# Describes packaging.version for release numbers; parts that are not numbers end the comparison.


class InvalidVersion(ValueError):
    pass


def _release(text):
    parts = []
    for part in str(text).lstrip('v').split('+')[0].split('.'):
        if not part.isdigit():
            break
        parts.append(int(part))
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


class Version:
    def __init__(self, version):
        self._text = str(version)
        self.release = tuple(_release(version))
        self.major = self.release[0] if len(self.release) > 0 else 0
        self.minor = self.release[1] if len(self.release) > 1 else 0
        self.micro = self.release[2] if len(self.release) > 2 else 0

    @property
    def base_version(self):
        return self._text.split('+')[0]

    def __str__(self):
        return self._text

    def __eq__(self, other):
        return self.release == other.release

    def __ne__(self, other):
        return self.release != other.release

    def __lt__(self, other):
        return self.release < other.release

    def __le__(self, other):
        return self.release <= other.release

    def __gt__(self, other):
        return self.release > other.release

    def __ge__(self, other):
        return self.release >= other.release


def parse(version):
    return Version(version)
