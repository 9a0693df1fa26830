f(a b)
# ^ error: [syntax] "invalid syntax. Perhaps you forgot a comma?"
