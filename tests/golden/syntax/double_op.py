x = 1 ** * 2
#        ^ error: [syntax] "invalid syntax"
