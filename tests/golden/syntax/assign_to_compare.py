a < b = c
# <- error: [syntax] "cannot assign to comparison"
