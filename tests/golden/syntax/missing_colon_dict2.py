d = {'a': 1, 'b' 2}
#            ^ error: [syntax] "':' expected after dictionary key"
