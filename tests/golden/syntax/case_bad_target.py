match x:
    case 1 as a.b:
#              ^ error: [syntax] "invalid pattern target"
        pass
