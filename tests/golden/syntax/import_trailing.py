from x import a,
#              ^ error: [syntax] "trailing comma not allowed without surrounding parentheses"
