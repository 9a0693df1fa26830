for i in range(3)
#                ^ error: [syntax] "expected ':'"
    print(i)
