with open(p) as f
#                ^ error: [syntax] "expected ':'"
    pass
