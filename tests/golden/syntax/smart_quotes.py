x = “a”
#   ^ error: [syntax] "invalid character '“' (U+201C)"
