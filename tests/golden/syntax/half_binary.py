x = 1 +
#      ^ error: [syntax] "invalid syntax"
y = 2
