# Describes textwrap: layout of text is not followed.


def dedent(text):
    return text


def indent(text, prefix, predicate=None):
    return text


def fill(text, width=70, **kwargs):
    return text


def wrap(text, width=70, **kwargs):
    return [text]


def shorten(text, width, **kwargs):
    return text
