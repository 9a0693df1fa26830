del 1
#   ^ error: [syntax] "cannot delete literal"
