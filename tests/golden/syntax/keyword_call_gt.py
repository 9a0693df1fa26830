f(a b=1)
# ^ error: [syntax] "invalid syntax. Perhaps you forgot a comma?"
