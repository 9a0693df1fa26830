d = {1 2}
#    ^ error: [syntax] "invalid syntax. Perhaps you forgot a comma?"
