if !a:
#  ^ error: [syntax] "invalid syntax"
    pass
