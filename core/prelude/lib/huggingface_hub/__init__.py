# Describes the mixin of huggingface_hub; everything that talks to the hub is unknown.
import _trident


def __getattr__(name):
    return _trident.unknown('content of the hub')


class ModelHubMixin:
    def __init_subclass__(cls, **kwargs):
        return None

    def save_pretrained(self, save_directory, **kwargs):
        return None

    def push_to_hub(self, repo_id, **kwargs):
        return None

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path, **kwargs):
        return _trident.unknown('content of the hub')


class PyTorchModelHubMixin(ModelHubMixin):
    pass
