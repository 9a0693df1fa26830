x = 1 y = 2
#     ^ error: [syntax] "invalid syntax"
