if x:
    pass
else
#   ^ error: [syntax] "expected ':'"
    pass
