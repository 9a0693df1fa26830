def f(a=1, b): pass
#          ^ error: [syntax] "parameter without a default follows parameter with a default"
