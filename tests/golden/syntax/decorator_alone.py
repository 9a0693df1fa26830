@a
x = 1
# <- error: [syntax] "invalid syntax"
