x = (1,
    2]
#    ^ error: [syntax] "closing parenthesis ']' does not match opening parenthesis '(' on line 1"
