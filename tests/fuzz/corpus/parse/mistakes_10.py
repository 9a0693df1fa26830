if x:
    pass
else
    pass
try:
    pass
except E
    pass
for i in range(3)
    print(i)
if x
    y = 1
f = lambda x x
try
    pass
except E:
    pass
while True
    pass
with open(p) as f
    pass
f(a b)
f('a' b)
x = [1 2, 3]
x = [
    1,
    2
    3,
]
