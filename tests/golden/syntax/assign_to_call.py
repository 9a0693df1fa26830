f(x) = 1
# <- error: [syntax] "cannot assign to function call here. Maybe you meant '==' instead of '='?"
