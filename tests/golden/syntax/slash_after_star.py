def f(*a, /): pass
#         ^ error: [syntax] "/ must be ahead of *"
