if x:
        y = 1
    z = 2
#   ^ error: [syntax] "unindent does not match any outer indentation level"
