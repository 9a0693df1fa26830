f(**a, *b)
#      ^ error: [syntax] "iterable argument unpacking follows keyword argument unpacking"
