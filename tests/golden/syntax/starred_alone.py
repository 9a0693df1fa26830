x = (*a)
#    ^ error: [syntax] "cannot use starred expression here"
