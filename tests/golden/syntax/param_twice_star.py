def f(*a, *b): pass
#         ^ error: [syntax] "* argument may appear only once"
