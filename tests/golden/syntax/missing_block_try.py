try:
x = 1
# <- error: [syntax] "expected an indented block after 'try' statement on line 1"
except E:
    pass
