x = f"{a!z}"
#        ^ error: [syntax] "f-string: invalid conversion character 'z': expected 's', 'r', or 'a'"
