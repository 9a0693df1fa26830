class A:
    def f(self):
        x = g(1,
#            ^ error: [syntax] "'(' was never closed"
    def h(self):
        pass
