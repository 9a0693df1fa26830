# Describes torch.autograd.functional.
from torch.func import hessian, jacobian, jvp, vjp
