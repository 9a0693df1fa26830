a := 1
# ^ error: [syntax] "invalid syntax"
