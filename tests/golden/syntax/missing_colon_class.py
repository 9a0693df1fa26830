class A(B)
#         ^ error: [syntax] "expected ':'"
    pass
