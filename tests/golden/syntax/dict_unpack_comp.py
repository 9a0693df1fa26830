x = {**a for a in b}
#      ^ error: [syntax] "dict unpacking cannot be used in dict comprehension"
