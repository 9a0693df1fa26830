x = 1e
#   ^ error: [syntax] "invalid decimal literal"
