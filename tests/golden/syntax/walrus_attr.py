(a.b := 1)
#^ error: [syntax] "cannot use assignment expressions with attribute"
