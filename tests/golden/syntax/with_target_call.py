with a as f():
#         ^ error: [syntax] "cannot assign to function call"
    pass
