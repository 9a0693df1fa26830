nonlocal a.b
#         ^ error: [syntax] "invalid syntax"
