x = f"{a"
#   ^ error: [syntax] "f-string: expecting '}'"
