else:
# <- error: [syntax] "invalid syntax"
    pass
