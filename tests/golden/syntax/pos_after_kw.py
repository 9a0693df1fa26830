f(a=1, b)
#      ^ error: [syntax] "positional argument follows keyword argument"
