x = 1)
#    ^ error: [syntax] "unmatched ')'"
