def f(**k, a): pass
#          ^ error: [syntax] "arguments cannot follow var-keyword argument"
