1 += x
# <- error: [syntax] "'literal' is an illegal expression for augmented assignment"
