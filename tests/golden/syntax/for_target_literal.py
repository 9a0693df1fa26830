for 1 in x:
#   ^ error: [syntax] "cannot assign to literal"
    pass
