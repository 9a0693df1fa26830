x = 1 \ + 2
#     ^ error: [syntax] "unexpected character after line continuation character"
