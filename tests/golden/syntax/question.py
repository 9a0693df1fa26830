x = a ? b : c
#     ^ error: [syntax] "invalid syntax"
