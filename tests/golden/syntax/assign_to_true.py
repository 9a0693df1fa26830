True = 1
# <- error: [syntax] "cannot assign to True"
