a if b else c = d
# <- error: [syntax] "cannot assign to conditional expression"
