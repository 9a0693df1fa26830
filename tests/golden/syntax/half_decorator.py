@
#^ error: [syntax] "invalid syntax"
def f(): pass
