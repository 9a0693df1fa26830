x = f"{a!}"
#        ^ error: [syntax] "f-string: missing conversion character"
