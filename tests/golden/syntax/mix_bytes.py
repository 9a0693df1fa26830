x = b'a' 'b'
#   ^ error: [syntax] "cannot mix bytes and nonbytes literals"
