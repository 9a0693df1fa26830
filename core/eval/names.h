// Holds the names that evaluation compares often, interned once.
#pragma once

#include "core/base/symbol.h"

namespace trident::eval {

struct Names {
  Symbol empty = Intern(""), init = Intern("__init__"), call = Intern("__call__"), getattr = Intern("__getattr__"), getattribute = Intern("__getattribute__"),
         setattr = Intern("__setattr__"), new_ = Intern("__new__"), forward = Intern("forward"), training = Intern("training"),
         all = Intern("__all__"), name = Intern("__name__"), qualname = Intern("__qualname__"), module = Intern("__module__"),
         dict = Intern("__dict__"), cls = Intern("__class__"), doc = Intern("__doc__"), file = Intern("__file__"), path = Intern("__path__"),
         bases = Intern("__bases__"), mro = Intern("__mro__"), wrapped = Intern("__wrapped__"), getitem = Intern("__getitem__"),
         setitem = Intern("__setitem__"), delitem = Intern("__delitem__"), len = Intern("__len__"), iter = Intern("__iter__"),
         next = Intern("__next__"), contains = Intern("__contains__"), bool_ = Intern("__bool__"), eq = Intern("__eq__"),
         enter = Intern("__enter__"), exit = Intern("__exit__"), get = Intern("__get__"), set = Intern("__set__"), set_name = Intern("__set_name__"),
         init_subclass = Intern("__init_subclass__"), class_getitem = Intern("__class_getitem__"), post_init = Intern("__post_init__"),
         annotations = Intern("__annotations__"), missing = Intern("__missing__"), self = Intern("self"), star = Intern("*"),
         str = Intern("__str__"), repr = Intern("__repr__"), value = Intern("value"), unknown_marker = Intern("__unknown__"),
         modules = Intern("_modules"), parameters = Intern("_parameters"), buffers = Intern("_buffers"), args = Intern("args"),
         name_plain = Intern("name"), spec = Intern("__spec__"), package = Intern("__package__"), defaults = Intern("__defaults__"),
         code = Intern("__code__"), hash = Intern("__hash__"), index = Intern("__index__"), slots = Intern("__slots__"),
         func = Intern("func"), keywords = Intern("keywords"), fget = Intern("fget"), members = Intern("__members__"), main = Intern("__main__"),
         self_dunder = Intern("__self__"), func_dunder = Intern("__func__"), subclasses = Intern("__subclasses__"), version = Intern("__version__"),
         row = Intern("Row"), abstract = Intern("__isabstractmethod__"), own_words = Intern("#words"), array_tensor = Intern("_array_tensor");
};
const Names& N();

}  // namespace trident::eval
