def f(/, a): pass
#     ^ error: [syntax] "at least one argument must precede /"
