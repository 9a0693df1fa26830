match x:
    case 1
#         ^ error: [syntax] "expected ':'"
        pass
