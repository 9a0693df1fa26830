x = {'a': *b}
#         ^ error: [syntax] "cannot use a starred expression in a dictionary value"
