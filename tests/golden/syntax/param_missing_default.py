def f(a=): pass
#      ^ error: [syntax] "expected default value expression"
