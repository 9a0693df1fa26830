match x:
y = 1
# <- error: [syntax] "expected an indented block after 'match' statement on line 1"
