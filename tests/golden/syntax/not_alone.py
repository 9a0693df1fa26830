x = not
#      ^ error: [syntax] "invalid syntax"
