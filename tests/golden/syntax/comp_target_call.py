[x for f() in y]
#      ^ error: [syntax] "cannot assign to function call"
