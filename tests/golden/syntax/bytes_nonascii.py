x = b'é'
#     ^ error: [syntax] "bytes can only contain ASCII literal characters"
