x = f"abc
#   ^ error: [syntax] "unterminated f-string literal (detected at line 1)"
