x = [*a for a in b]
#    ^ error: [syntax] "iterable unpacking cannot be used in comprehension"
