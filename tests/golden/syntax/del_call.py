del f()
#   ^ error: [syntax] "cannot delete function call"
