try:
    pass
except A:
    pass
except* B:
# <- error: [syntax] "cannot have both 'except' and 'except*' on the same 'try'"
    pass
