import pass
#      ^ error: [syntax] "invalid syntax"
