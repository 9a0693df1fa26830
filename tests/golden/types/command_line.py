# A program is checked as started without arguments: defaults are what they say, switches and what must be given are not known.
import argparse

import torch


def parse():
    parser = argparse.ArgumentParser(description="trains")
    parser.add_argument("--batch-size", "-b", type=int, default=16, metavar="N")
    parser.add_argument("-l", "--lr", type=float, default="1e-3")
    parser.add_argument("--no-cuda", action="store_true")
    parser.add_argument("--resume", default="", type=str)
    parser.add_argument("--rank", type=int, default=-1)
    group = parser.add_argument_group("model")
    group.add_argument("--width", dest="hidden", type=int, default=32)
    return parser.parse_args()


if __name__ == "__main__":
    args = parse()
    x = torch.zeros(args.batch_size, args.hidden)
    # <- type: f32[16, 32]
    if args.resume:
        y = torch.zeros(2)
#       ^ type: f32[2]
    if args.no_cuda:
        z = torch.zeros(3)
#       ^ type: f32[3]
    if args.rank == -1:
        u = torch.zeros(4)
#       ^ type: f32[4]
    args.classes = 10
    w = x @ torch.zeros(args.hidden, args.classes)
    # <- type: f32[16, 10]
    v = x @ torch.zeros(args.classes, args.hidden)
#       ^ error: [matmul-sizes] "`@` needs equal inner sizes: 32 and 10"
