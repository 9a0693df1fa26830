"""What the comparisons with an installed Triton share: their arguments, and where it is imported from. It needs no GPU."""
import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77


def arguments(description, show):
    """The parsed command line, with `triton` importable after it; ends the process where it is not."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trident", default=ROOT / "build/trident", help="the program (build/trident)")
    parser.add_argument("--site", help="a folder to import triton from (pip install --no-deps --target DIR triton==3.6.0)")
    parser.add_argument("--every", type=int, default=1, help="every N-th case only: all of them take minutes")
    parser.add_argument("--show", type=int, default=show, help="how many examples of each outcome")
    parser.add_argument("--floors", action="store_true", help="exit 1 below the floors")
    args = parser.parse_args()
    if args.site:
        sys.path.insert(0, args.site)
    try:
        import triton  # noqa: F401
    except ImportError:
        print("triton cannot be imported: ./dev setup --oracle, or pip install triton==3.6.0; skipped")
        sys.exit(SKIPPED)
    return args
