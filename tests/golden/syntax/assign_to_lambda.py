lambda: x = 1
# <- error: [syntax] "cannot assign to lambda"
