f(**a, b)
#      ^ error: [syntax] "positional argument follows keyword argument unpacking"
