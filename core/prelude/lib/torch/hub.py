# Describes torch.hub: what is downloaded is not known.
import _trident


def load_state_dict_from_url(url, model_dir=None, map_location=None, progress=True, check_hash=False, file_name=None, weights_only=False):
    return _trident.unknown('content of a file')


def load(repo_or_dir, model, *args, **kwargs):
    return _trident.unknown('downloaded code')


def download_url_to_file(url, dst, hash_prefix=None, progress=True):
    return None


def get_dir():
    return _trident.unknown('content of the disk')


def set_dir(d):
    return None


def list(github, **kwargs):
    return _trident.unknown('downloaded code')


def help(github, model, **kwargs):
    return _trident.unknown('downloaded code')


HASH_REGEX = _trident.unknown('torch.hub.HASH_REGEX')
