if x = 1:
#  ^ error: [syntax] "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
    pass
