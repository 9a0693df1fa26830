(a, 1) = x
#   ^ error: [syntax] "cannot assign to literal"
