x = """abc
#   ^ error: [syntax] "unterminated triple-quoted string literal"
y = 1
