# Describes huggingface_hub.dataclasses: fields are not checked.
from dataclasses import field


def _accept(self):
    return None


def strict(cls=None, *, accept_kwargs=False):
    if cls is None:
        return strict
    cls.validate = _accept
    return cls


def validated_field(validator, *, default=None, default_factory=None, **kwargs):
    if default_factory is not None:
        return field(default_factory=default_factory)
    return field(default=default)


def as_validated_field(validator):
    return lambda **kwargs: field(**{key: value for key, value in kwargs.items() if key in ('default', 'default_factory')})


def validate_typed_dict(schema, data):
    return None
