x = 'don't'
#        ^ error: [syntax] "unterminated string literal (detected at line 1)"
