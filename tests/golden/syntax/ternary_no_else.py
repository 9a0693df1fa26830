x = 1 if y
#   ^ error: [syntax] "expected 'else' after 'if' expression"
