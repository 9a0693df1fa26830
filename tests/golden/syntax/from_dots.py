from import x
#    ^ error: [syntax] "invalid syntax"
