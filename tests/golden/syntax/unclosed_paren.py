x = f(1,
#    ^ error: [syntax] "'(' was never closed"
y = 2
