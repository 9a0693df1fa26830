a, b += 1
# <- error: [syntax] "'tuple' is an illegal expression for augmented assignment"
