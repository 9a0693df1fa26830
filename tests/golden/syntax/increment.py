x++
#  ^ error: [syntax] "invalid syntax"
