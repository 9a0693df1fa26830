x.
# ^ error: [syntax] "invalid syntax"
y = 1
