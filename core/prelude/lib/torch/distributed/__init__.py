# Describes torch.distributed of a process that is alone: no group is initialised; collectives keep their tensors.
import _trident

ProcessGroup = _trident.unknown('distributed training')
ReduceOp = _trident.unknown('distributed training')
Work = _trident.unknown('distributed training')
group = _trident.unknown('distributed training')
device_mesh = _trident.unknown('distributed training')


def is_available():
    return True


def is_initialized():
    return False


def is_torchelastic_launched():
    return False


def is_nccl_available():
    return _trident.unknown('available devices')


def is_gloo_available():
    return True


def init_process_group(*args, **kwargs):
    return None


def destroy_process_group(group=None):
    return None


def get_world_size(group=None):
    return _trident.unknown('distributed training')


def get_rank(group=None):
    return _trident.unknown('distributed training')


def get_backend(group=None):
    return _trident.unknown('distributed training')


def new_group(*args, **kwargs):
    return _trident.unknown('distributed training')


def barrier(*args, **kwargs):
    return None


def all_reduce(tensor, *args, **kwargs):
    return None


def reduce(tensor, *args, **kwargs):
    return None


def broadcast(tensor, *args, **kwargs):
    return None


def all_gather(tensor_list, tensor, *args, **kwargs):
    return None


def all_gather_into_tensor(output_tensor, input_tensor, *args, **kwargs):
    return None


def reduce_scatter(output, input_list, *args, **kwargs):
    return None


def reduce_scatter_tensor(output, input, *args, **kwargs):
    return None


def all_to_all_single(output, input, *args, **kwargs):
    return None


def all_gather_object(object_list, obj, group=None):
    return None


def broadcast_object_list(object_list, *args, **kwargs):
    return None


def gather(tensor, *args, **kwargs):
    return None


def scatter(tensor, *args, **kwargs):
    return None


def send(tensor, *args, **kwargs):
    return None


def recv(tensor, *args, **kwargs):
    return _trident.unknown('distributed training')
