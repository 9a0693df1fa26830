del a + b
#   ^ error: [syntax] "cannot delete expression"
