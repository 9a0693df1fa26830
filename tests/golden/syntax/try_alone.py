try:
    x = 1
y = 2
# <- error: [syntax] "expected 'except' or 'finally' block"
