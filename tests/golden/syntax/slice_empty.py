x = a[]
#     ^ error: [syntax] "invalid syntax"
