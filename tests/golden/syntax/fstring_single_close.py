x = f"a}"
#   ^ error: [syntax] "f-string: single '}' is not allowed"
