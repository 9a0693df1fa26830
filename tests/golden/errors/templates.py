# A placeholder of a template stands where Python has a set in a set, which cannot be: nothing inside it is evaluated.
# --- file: main.py
import torch

_base_ = ["../schedule.py", "../runtime.py"]
pipeline = [dict(type="Load", args={{_base_.load_args}})]
project = {{cookiecutter.project_name}}
numbers = {1, 2}
x = torch.zeros(len(numbers))
# <- type: f32[2]
