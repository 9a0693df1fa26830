f(a.b=1)
# ^ error: [syntax] "expression cannot contain assignment, perhaps you meant "=="?"
