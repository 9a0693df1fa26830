x = 1
except E:
# <- error: [syntax] "invalid syntax"
    pass
