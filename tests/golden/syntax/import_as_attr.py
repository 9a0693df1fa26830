import a as b.c
#            ^ error: [syntax] "invalid syntax"
