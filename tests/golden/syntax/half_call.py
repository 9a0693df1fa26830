x = f(
#    ^ error: [syntax] "'(' was never closed"
y = 1
