# Describes numbers. The classes are native: `isinstance` knows which built-in types fulfil them.
from _trident import Complex, Integral, Number, Rational, Real
