try
#  ^ error: [syntax] "expected ':'"
    pass
except E:
    pass
