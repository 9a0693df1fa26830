f(a=)
# ^ error: [syntax] "expected argument value expression"
