if a:
    pass
else:
    pass
elif b:
# <- error: [syntax] "invalid syntax"
    pass
