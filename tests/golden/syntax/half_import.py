import a.
#       ^ error: [syntax] "invalid syntax"
