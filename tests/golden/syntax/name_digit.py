2x = 1
# <- error: [syntax] "invalid decimal literal"
