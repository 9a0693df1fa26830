def f:
#    ^ error: [syntax] "expected '('"
    pass
