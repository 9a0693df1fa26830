for i range(3):
#     ^ error: [syntax] "invalid syntax"
    pass
