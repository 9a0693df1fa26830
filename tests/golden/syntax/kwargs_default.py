def f(**k=1): pass
#        ^ error: [syntax] "var-keyword argument cannot have default value"
