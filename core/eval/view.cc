#include "core/eval/view.h"

#include "core/eval/names.h"

namespace trident::eval {

// Adds up what one object holds.
struct Views::Reader {
  Views& views;
  Found found;

  void Add(uint64_t word) { found.content = Combine(found.content, word); }
  void Add(Symbol symbol) { Add(static_cast<uint64_t>(symbol.index)); }
  void Add(Found part) {
    found.content = Combine(found.content, part.content);
    found.back = std::min(found.back, part.back);
  }
  void Add(const Value& value) { Add(views.Read(value)); }
  void Add(const Object* object) {
    if (object) Add(views.Read(object));
    else Add(uint64_t{0});
  }
  void Add(llvm::ArrayRef<Value> values) {
    Add(values.size());
    for (const Value& value : values) Add(value);
  }
  void Add(llvm::ArrayRef<Symbol> symbols) {
    Add(symbols.size());
    for (Symbol symbol : symbols) Add(symbol);
  }
  void Add(const Table& table) {
    Add(table.size());
    for (const auto& [name, value] : table.entries()) {
      Add(name);
      Add(value);
    }
  }

  void Read(const TensorObj& tensor) {
    Add(static_cast<uint64_t>(tensor.type.shape.raw()) << 32 | tensor.type.strides.raw());
    Add(static_cast<uint64_t>(tensor.type.dtype) | static_cast<uint64_t>(tensor.type.contiguity) << 8 | static_cast<uint64_t>(tensor.type.zero_dim_scalar) << 16 |
        static_cast<uint64_t>(tensor.parameter) << 17 | static_cast<uint64_t>(tensor.requires_grad) << 18 | static_cast<uint64_t>(tensor.refinable) << 19 |
        static_cast<uint64_t>(tensor.lineage.root) << 32);
    Add(static_cast<uint64_t>(tensor.node) << 32 | tensor.origin_node);
    Add(tensor.contents.size());
    for (int64_t number : tensor.contents) Add(static_cast<uint64_t>(number));
    Add(tensor.numbers.size());
    for (double number : tensor.numbers) Add(Value::Float(number).bits);
    Add(tensor.attributes);
  }
  void Read(const ListObj& list) {
    Add(static_cast<uint64_t>(list.open) | list.is_size << 1 | list.is_view << 2 | list.shape_end_open << 3 | static_cast<uint64_t>(list.shape_cut) << 4 | static_cast<uint64_t>(list.shape_start) << 32);
    Add(static_cast<const Object*>(list.shape_of));
    Add(list.items);
  }
  void Read(const DictObj& dict) {
    Add(static_cast<uint64_t>(dict.open) | dict.global << 1 | dict.of_module << 2 | static_cast<uint64_t>(dict.live_count) << 3);
    Add(dict.factory);
    for (const DictObj::Item& item : dict.items) {
      if (!item.live) continue;
      Add(item.key);
      Add(item.value);
    }
  }
  void Read(const ClassObj& cls) {
    Add(cls.name);
    Add(cls.qualname);
    Add(static_cast<const Object*>(cls.module));
    Add(static_cast<uint64_t>(cls.definition) << 32 | static_cast<uint64_t>(cls.native) << 8 | static_cast<uint64_t>(cls.payload));
    Add(static_cast<uint64_t>(cls.unknown_base) | cls.is_enum << 1 | cls.is_exception << 2 | cls.is_namedtuple << 3 | cls.is_dataclass << 4 |
        cls.is_nn_module << 5 | cls.has_getattr << 6 | cls.has_getattribute << 7);
    Add(cls.bases);
    Add(cls.mro.size());
    for (const ClassObj* base : cls.mro) Add(static_cast<const Object*>(base));
    Add(cls.metaclass);
    Add(cls.attributes);
  }
  // A member of an enum whose members count one by one: its name stands for it.
  void ReadMember(const InstanceObj& member) {
    Add(static_cast<const Object*>(member.cls));
    if (const Value* name = member.attributes.Find(N().name_plain)) Add(*name);
  }
  void Read(const InstanceObj& instance) {
    Add(static_cast<const Object*>(instance.cls));
    Add(static_cast<uint64_t>(instance.open));
    Add(instance.attributes);
    Add(instance.payload);
    Add(instance.buffers);
    Add(instance.transient_buffers);
    Add(instance.placeholders);
  }
  void Read(const EnvObj& env) {
    Add(static_cast<const Object*>(env.parent));
    Add(static_cast<const Object*>(env.module));
    Add(env.global_names);
    Add(env.nonlocal_names);
    Add(static_cast<uint64_t>(env.is_class_body));
    Add(env.variables);
  }
  void Read(const FunctionObj& function) {
    Add(function.name);
    Add(function.qualname);
    Add(static_cast<const Object*>(function.module));
    Add(static_cast<uint64_t>(function.node));
    Add(static_cast<const Object*>(function.closure));
    Add(static_cast<const Object*>(function.owner));
    for (auto [parameter, value] : llvm::zip(function.info->parameters, function.defaults)) {
      if (parameter.written_out) Add(static_cast<uint64_t>(value.defined()));
      else Add(value);
    }
    Add(function.attributes);
  }
  void Read(const PartialObj& partial) {
    Add(partial.function);
    Add(partial.arguments);
    Add(partial.keywords);
    Add(static_cast<uint64_t>(partial.method));
  }
  void Read(const IteratorObj& iterator) {
    Add(static_cast<uint64_t>(iterator.position) << 1 | iterator.open);
    Add(iterator.items);
  }
  void Read(const RangeObj& range) {
    for (shape::Dim bound : {range.start, range.stop, range.step}) Add(bound.raw());
  }
};

Views::Found Views::ReadContent(const Object* object) {
  Reader reader{*this, {{static_cast<uint64_t>(object->kind) + 1, 0x71E3 + static_cast<uint64_t>(object->exposed)}, kNowhere}};
  switch (object->kind) {
    case Kind::Tensor: reader.Read(*static_cast<const TensorObj*>(object)); break;
    case Kind::List:
    case Kind::Tuple: reader.Read(*static_cast<const ListObj*>(object)); break;
    case Kind::Dict:
    case Kind::Set: reader.Read(*static_cast<const DictObj*>(object)); break;
    case Kind::Class: reader.Read(*static_cast<const ClassObj*>(object)); break;
    case Kind::Instance: {
      const auto& instance = *static_cast<const InstanceObj*>(object);
      if (instance.cls->members_apart) reader.ReadMember(instance);
      else reader.Read(instance);
      break;
    }
    case Kind::Env: reader.Read(*static_cast<const EnvObj*>(object)); break;
    case Kind::Function: reader.Read(*static_cast<const FunctionObj*>(object)); break;
    case Kind::Partial: reader.Read(*static_cast<const PartialObj*>(object)); break;
    case Kind::Iterator: reader.Read(*static_cast<const IteratorObj*>(object)); break;
    case Kind::Range: reader.Read(*static_cast<const RangeObj*>(object)); break;
    case Kind::Module: reader.Add(static_cast<const ModuleObj*>(object)->name); break;
    case Kind::Builtin: reader.Add(static_cast<const BuiltinObj*>(object)->name), reader.Add(static_cast<const BuiltinObj*>(object)->self); break;
    case Kind::Operator: reader.Add(static_cast<const OperatorObj*>(object)->name), reader.Add(static_cast<const OperatorObj*>(object)->self); break;
    case Kind::Property: reader.Add(static_cast<uint64_t>(static_cast<const PropertyObj*>(object)->cached)); [[fallthrough]];
    case Kind::Alias:
      if (object->kind == Kind::Alias) reader.Add(static_cast<const AliasObj*>(object)->name);
      [[fallthrough]];
    default: ForEachReference(object, [&](const Object* other) { reader.Add(other); }); break;
  }
  return reader.found;
}

Views::Found Views::Read(const Object* object) {
  uint32_t number = numbers_.try_emplace(object, numbers_.size()).first->second;
  sharing_ = Combine(sharing_, static_cast<uint64_t>(number));
  if (object->permanent) return {{object->serial, 0x9E3A}, kNowhere};
  if (object == script_) return {{1, 0x5C81}, kNowhere};
  if (auto known = known_.find(object); known != known_.end()) return {known->second, kNowhere};
  auto [place, added] = open_.try_emplace(object, open_.size());
  // Told by how far up it is, so that the content does not depend on where reading began.
  if (!added) return {{open_.size() - place->second, 0xBACC}, place->second};
  if (watched_) const_cast<Object*>(object)->hashed = true;
  uint32_t depth = place->second;
  Found found = ReadContent(object);
  open_.erase(object);
  if (found.back >= depth) {
    found.back = kNowhere;
    known_[object] = found.content;
  }
  return found;
}

Views::Found Views::Read(const Value& value) {
  if (value.is_object()) return Read(value.object);
  Fingerprint content = {static_cast<uint64_t>(value.kind) << 8 | value.flags, value.aux};
  // Where an unknown value was lost makes no difference to what is done with it.
  return {value.unknown() ? content : Combine(content, value.bits), kNowhere};
}

Fingerprint Views::Of(const Value& value) { return Read(value).content; }

std::optional<Fingerprint> Views::Of(const Object* object) {
  Read(object);
  auto known = known_.find(object);
  return known == known_.end() ? std::nullopt : std::optional(known->second);
}

Fingerprint Views::OfMember(const InstanceObj& member) {
  Reader reader{*this, {}};
  reader.Read(member);
  return reader.found.content;
}

Fingerprint Views::OfChanged(const Object* object) { return ReadContent(object).content; }

}  // namespace trident::eval
