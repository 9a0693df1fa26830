# Shapes that annotations declare: parameters at the call, results at the return, variables where they are bound.
import torch
from jaxtyping import Float, Int
from torch import Tensor


def attend(q: Float[Tensor, "batch heads seq dim"], k: Float[Tensor, "batch heads keys dim"]) -> Float[Tensor, "batch heads seq keys"]:
    return q @ k.transpose(-1, -2)


def turned(q: Float[Tensor, "batch seq dim"]) -> Float[Tensor, "batch dim seq"]:
    return q * 2
    #      ^ error: [declared-shape] "dim 1 of f32[2, 8, 64] is 8; in "batch dim seq" it is declared `dim`, which is 64 here"


def total(i: Int[Tensor, "n m"]) -> Tensor:
    return i.sum(1)


def rest(x: Float[Tensor, "batch ... 3"]) -> None:
    return None


fine = attend(torch.zeros(2, 4, 8, 16), torch.zeros(2, 4, 9, 16))
# <- type: f32[2, 4, 8, 9]
heads = attend(torch.zeros(2, 4, 8, 16), torch.zeros(2, 1, 9, 16))
#       ^ error: [declared-shape] "dim 1 of f32[2, 1, 9, 16] is 1; in "batch heads keys dim" it is declared `heads`, which is 4 here"
turned(torch.zeros(2, 8, 64))
count = total(torch.zeros(3, 4))
#       ^ error: [declared-shape] "the annotation declares Int, this is f32[3, 4]"
rows: Float[Tensor, "2 3"] = torch.zeros(2, 4)
#                            ^ error: [declared-shape] "dim 1 of f32[2, 4] is 4; in "2 3" it is declared 3"
rest(torch.zeros(5, 1, 3))
rest(torch.zeros(3))
# <- error: [declared-shape] "the annotation "batch ... 3" declares at least 2 dims, f32[3] has 1"
