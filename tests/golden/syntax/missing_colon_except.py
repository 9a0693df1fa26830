try:
    pass
except E
#       ^ error: [syntax] "expected ':'"
    pass
