x = 'C:\Users\me'
#      ^ error: [syntax] "(unicode error) truncated \UXXXXXXXX escape"
