def f():
x = 1
# <- error: [syntax] "expected an indented block after function definition on line 1"
