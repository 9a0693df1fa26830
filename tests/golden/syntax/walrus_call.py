(f() := 1)
#^ error: [syntax] "cannot use assignment expressions with function call"
