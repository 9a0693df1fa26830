# What is made of unknown values may be a stand-in for a tensor, with attributes of its own.
import a_tracer_that_is_not_installed as tracer
import torch

outputs = torch.cat([tracer.placeholder('x'), tracer.placeholder('y')])
node = outputs.node
