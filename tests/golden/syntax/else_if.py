if a:
    pass
else if b:
#    ^ error: [syntax] "expected ':'"
    pass
