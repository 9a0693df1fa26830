x = '\x1'
#    ^ error: [syntax] "(unicode error) truncated \xXX escape"
