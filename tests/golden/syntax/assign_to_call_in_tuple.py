a, f() = x
#  ^ error: [syntax] "cannot assign to function call"
