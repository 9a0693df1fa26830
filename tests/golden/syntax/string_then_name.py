x = 'a' b
#       ^ error: [syntax] "invalid syntax"
