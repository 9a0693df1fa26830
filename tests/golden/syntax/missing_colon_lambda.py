f = lambda x x
#            ^ error: [syntax] "expected ':'"
