f() += 1
# <- error: [syntax] "'function call' is an illegal expression for augmented assignment"
