try:
    pass
except A, B as e:
#      ^ error: [syntax] "multiple exception types must be parenthesized when using 'as'"
    pass
