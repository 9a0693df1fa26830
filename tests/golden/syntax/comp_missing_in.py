[x for x range(3)]
#        ^ error: [syntax] "'in' expected after for-loop variables"
