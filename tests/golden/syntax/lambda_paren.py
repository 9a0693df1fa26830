f = lambda (a, b): a
#          ^ error: [syntax] "Lambda expression parameters cannot be parenthesized"
