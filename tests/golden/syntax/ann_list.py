[a]: int
# <- error: [syntax] "only single target (not list) can be annotated"
