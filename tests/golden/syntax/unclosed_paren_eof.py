print('a'
#    ^ error: [syntax] "'(' was never closed"
