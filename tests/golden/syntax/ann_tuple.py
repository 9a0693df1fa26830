a, b: int
# <- error: [syntax] "only single target (not tuple) can be annotated"
