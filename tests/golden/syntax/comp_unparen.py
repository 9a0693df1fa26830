[x, y for x in z]
#^ error: [syntax] "did you forget parentheses around the comprehension target?"
