f(x for x in y, 1)
# ^ error: [syntax] "Generator expression must be parenthesized"
