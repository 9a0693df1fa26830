from x import
#            ^ error: [syntax] "Expected one or more names after 'import'"
