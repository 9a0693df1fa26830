from x import *, y
#              ^ error: [syntax] "invalid syntax"
