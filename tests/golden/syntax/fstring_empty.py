x = f"{}"
#     ^ error: [syntax] "f-string: valid expression required before '}'"
