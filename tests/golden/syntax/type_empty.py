def f[](): pass
#     ^ error: [syntax] "Type parameter list cannot be empty"
