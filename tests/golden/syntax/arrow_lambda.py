f = x => x
#      ^ error: [syntax] "invalid syntax"
