x = [1, 2
#   ^ error: [syntax] "'[' was never closed"
y = 2
