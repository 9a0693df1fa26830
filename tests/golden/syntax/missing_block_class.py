class A:
x = 1
# <- error: [syntax] "expected an indented block after class definition on line 1"
