x = 1_000_
#   ^ error: [syntax] "invalid decimal literal"
