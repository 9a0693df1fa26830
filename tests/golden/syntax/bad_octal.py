x = 0o8
#   ^ error: [syntax] "invalid digit '8' in octal literal"
