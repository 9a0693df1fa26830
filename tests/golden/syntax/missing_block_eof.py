def f():
#       ^ error: [syntax] "expected an indented block after function definition on line 1"
