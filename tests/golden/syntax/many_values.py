x = 1, 2 3
#        ^ error: [syntax] "invalid syntax"
