exec code
# <- error: [syntax] "Missing parentheses in call to 'exec'. Did you mean exec(...)?"
