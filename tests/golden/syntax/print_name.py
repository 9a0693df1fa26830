print x
# <- error: [syntax] "Missing parentheses in call to 'print'. Did you mean print(...)?"
