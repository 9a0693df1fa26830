x = 1
except E:
    pass
try:
    pass
except A, B as e:
    pass
try:
    pass
except A:
    pass
except* B:
    pass
exec code
x = 1e
for i range(3):
    pass
for f() in x:
    pass
for 1 in x:
    pass
from import x
x = f"{a = b}"
x = f"{a!z}"
x = f"{}"
