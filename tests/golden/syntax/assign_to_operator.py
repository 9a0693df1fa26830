a + b = c
# <- error: [syntax] "cannot assign to expression here. Maybe you meant '==' instead of '='?"
