x = "abc
#   ^ error: [syntax] "unterminated string literal (detected at line 1)"
y = 1
