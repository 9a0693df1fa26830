class:
#    ^ error: [syntax] "invalid syntax"
    pass
