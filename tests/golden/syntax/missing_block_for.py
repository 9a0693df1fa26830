for i in x:
y = 1
# <- error: [syntax] "expected an indented block after 'for' statement on line 1"
