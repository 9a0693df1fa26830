1 = x
# <- error: [syntax] "cannot assign to literal here. Maybe you meant '==' instead of '='?"
