# Comments hide what they name on their line, and what they name in vain is said.
import torch

a = torch.zeros(2, 3)
b = torch.zeros(4, 5)
c = a @ b  # trident: ignore[matmul-sizes]
d = a @ b  # trident: ignore
e = a @ b  # trident: ignore[view-size]
#   ^ error: [matmul-sizes] "3"
#                            ^ hint: [unused-ignore] "`view-size` is ignored here and does not occur"
f = (a @
     b)  # trident: ignore[view-size, matmul-sizes]
#                           ^ hint: [unused-ignore] "view-size"
g = "# trident: ignore[matmul-sizes]", a @ b
#                                      ^ error: [matmul-sizes]
h = a @ b  # trident: ignore[matmul-sizes
#   ^ error: [matmul-sizes]
i = a @ b  # trident: ignored
#   ^ error: [matmul-sizes]
