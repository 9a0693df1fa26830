raise E, 'x'
#      ^ error: [syntax] "invalid syntax"
