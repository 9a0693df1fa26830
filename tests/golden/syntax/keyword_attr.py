x.class = 1
# ^ error: [syntax] "invalid syntax"
