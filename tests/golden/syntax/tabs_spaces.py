if x:
        y = 1
	z = 2
#^ error: [syntax] "inconsistent use of tabs and spaces in indentation"
