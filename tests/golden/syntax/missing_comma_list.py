x = [1 2, 3]
#    ^ error: [syntax] "invalid syntax. Perhaps you forgot a comma?"
