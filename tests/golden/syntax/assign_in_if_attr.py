if x.y = 1:
#  ^ error: [syntax] "cannot assign to attribute here. Maybe you meant '==' instead of '='?"
    pass
