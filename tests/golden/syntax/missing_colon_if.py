if x
#   ^ error: [syntax] "expected ':'"
    y = 1
