def (a):
#   ^ error: [syntax] "invalid syntax"
    pass
