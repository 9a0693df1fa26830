x = (1]
#     ^ error: [syntax] "closing parenthesis ']' does not match opening parenthesis '('"
