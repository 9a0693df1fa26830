# What an unknown decorator made of a function may have any attribute, and take any arguments.
import enum
import functools
import logging

import torch


def retry(times):
    return retry.table[times]


retry.table = {}
for name in dir():
    retry.table[3] = lambda function: function


@retry(3)
def load(path):
    return torch.zeros(2)


load.later = 1
load.register = load


class Registry:
    @functools.singledispatchmethod
    def put(self, item):
        return item

    @put.register
    def put_number(self, item: int):
        return item + 1


Color = enum.Enum("Color", "RED GREEN")


class Keys(type):
    def __new__(cls, name, bases, attributes):
        return super().__new__(cls, name, bases, attributes)


def registered(cls):
    return Keys(cls.__name__, cls.__bases__, cls.__dict__.copy())


@registered
class Menu:
    def __init__(self, size):
        self.rows = torch.zeros(size, 2)


menu = Menu(3)


class Later(property):
    def __get__(self, instance, owner):
        return classmethod(self.fget).__get__(None, owner)()


class Model:
    @Later
    def size(cls):
        return 3


n = torch.zeros(Model.size, 2)
logger = logging.getLogger("golden")
while logger.hasHandlers() and logger.handlers:
    logger.removeHandler(logger.handlers[0])
