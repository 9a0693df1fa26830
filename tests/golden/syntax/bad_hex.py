x = 0xg
#   ^ error: [syntax] "invalid hexadecimal literal"
