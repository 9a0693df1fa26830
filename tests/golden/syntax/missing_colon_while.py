while True
#         ^ error: [syntax] "expected ':'"
    pass
