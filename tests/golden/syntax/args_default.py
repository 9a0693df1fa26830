def f(*a=1): pass
#       ^ error: [syntax] "var-positional argument cannot have default value"
