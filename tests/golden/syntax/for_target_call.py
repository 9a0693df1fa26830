for f() in x:
#   ^ error: [syntax] "cannot assign to function call"
    pass
