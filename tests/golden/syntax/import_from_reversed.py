import x from y
# <- error: [syntax] "Did you mean to use 'from ... import ...' instead?"
