f(): int = 1
# <- error: [syntax] "illegal target for annotation"
