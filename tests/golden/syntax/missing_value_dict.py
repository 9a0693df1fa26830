d = {'a': 1, 'b':}
#               ^ error: [syntax] "expression expected after dictionary key and ':'"
