# What the environment lacks is no mistake of the text, nor is saying so; the words of an error are not Trident's to decide.
# --- file: main.py
import torch

try:
    import a_package_that_is_nowhere
except ImportError:
    raise RuntimeError("install a_package_that_is_nowhere first")


def build(make):
    try:
        return make()
    except TypeError as error:
        if "required positional argument" in str(error):
            return make
        raise


layer = build(torch.relu)
x = torch.zeros(2, 3) @ torch.zeros(2, 3)
#   ^ error: [matmul-sizes] "`@` needs equal inner sizes: 3 and 2"
