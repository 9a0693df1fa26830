x = 0b2
#   ^ error: [syntax] "invalid digit '2' in binary literal"
