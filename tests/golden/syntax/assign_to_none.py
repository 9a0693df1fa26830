None = 1
# <- error: [syntax] "cannot assign to None"
