x = f"{a = b}"
#          ^ error: [syntax] "f-string: expecting '!', or ':', or '}'"
