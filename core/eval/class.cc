// Classes: their making, their instances, enums, dataclasses, named tuples.
#include "core/eval/interp.h"
#include "core/eval/script_calls.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

// C3 linearisation (Python's method resolution order); falls back to depth first when the bases contradict each other.
llvm::SmallVector<ClassObj*, 4> Linearize(ClassObj* cls, llvm::ArrayRef<ClassObj*> bases) {
  std::vector<std::vector<ClassObj*>> lists;
  for (ClassObj* base : bases) lists.emplace_back(base->mro.begin(), base->mro.end());
  lists.emplace_back(bases.begin(), bases.end());
  llvm::SmallVector<ClassObj*, 4> out = {cls};
  while (true) {
    ClassObj* next = nullptr;
    bool left = false;
    for (const auto& list : lists) {
      if (list.empty()) continue;
      left = true;
      bool good = true;
      for (const auto& other : lists) {
        for (size_t i = 1; i < other.size(); ++i) good &= other[i] != list[0];
      }
      if (good) {
        next = list[0];
        break;
      }
    }
    if (!left) return out;
    if (!next) {
      for (const auto& list : lists) {
        for (ClassObj* rest : list) {
          if (!llvm::is_contained(out, rest)) out.push_back(rest);
        }
      }
      return out;
    }
    out.push_back(next);
    for (auto& list : lists) {
      if (!list.empty() && list[0] == next) list.erase(list.begin());
    }
  }
}

bool CarriesPayload(Native native) {
  switch (native) {
    case Native::Int:
    case Native::Float:
    case Native::Str:
    case Native::List:
    case Native::Tuple:
    case Native::Dict:
    case Native::Set:
    case Native::FrozenSet:
    case Native::DefaultDict:
    case Native::OrderedDict: return true;
    default: return false;
  }
}

}  // namespace

// What a class of collections.abc gives those that derive from it: methods made of the ones that they must define.
ClassObj* Interp::MixinOf(const Value& base) {
  if (!base.is(Kind::Alias)) return nullptr;
  Symbol name = As<AliasObj>(base)->name;
  if (ModuleObj* mixins = ImportModule("collections._mixins")) {
    bool found = false;
    Value mixin = ModuleAttribute(mixins, name, &found, /*inside=*/true);
    if (found && mixin.is(Kind::Class)) return As<ClassObj>(mixin);
  }
  return nullptr;
}

ClassObj* Interp::NewClass(Symbol name, llvm::ArrayRef<Value> bases, Table attributes, ModuleObj* module) {
  auto* cls = heap_.New<ClassObj>();
  cls->name = name;
  cls->qualname = name;
  cls->module = module;
  cls->attributes = std::move(attributes);
  cls->from_prelude = module && module->prelude;
  llvm::SmallVector<ClassObj*, 4> known;
  for (const Value& base : bases) {
    Value resolved = base.is(Kind::Alias) && As<AliasObj>(base)->origin.defined() ? As<AliasObj>(base)->origin : base;
    cls->bases.push_back(resolved);
    if (resolved.is(Kind::Class)) known.push_back(As<ClassObj>(resolved));
    else if (ClassObj* mixin = MixinOf(resolved)) known.push_back(mixin);
    else if (!resolved.is(Kind::Alias)) cls->unknown_base = true;
  }
  if (known.empty()) known.push_back(NativeClass(Native::Object));
  cls->mro = Linearize(cls, known);
  for (ClassObj* base : cls->mro) {
    if (base == cls) continue;
    cls->unknown_base |= base->unknown_base;
    cls->is_enum |= base->is_enum || base->native == Native::Enum;
    cls->is_exception |= base->is_exception;
    cls->is_namedtuple |= base->is_namedtuple || base->native == Native::NamedTuple;
    cls->is_dataclass |= base->is_dataclass;
    cls->is_nn_module |= base->is_nn_module;
    if (cls->payload == Native::None) cls->payload = base->payload != Native::None ? base->payload : CarriesPayload(base->native) ? base->native : Native::None;
    if (!cls->metaclass.defined()) cls->metaclass = base->metaclass;
  }
  cls->has_getattribute = FindInClass(cls, N().getattribute).is(Kind::Function);
  if (cls->from_prelude && Text(name) == "Module" && Text(module->name) == "torch.nn.modules.module") cls->is_nn_module = true;
  return cls;
}

Value Interp::MakeClass(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  llvm::SmallVector<Value, 4> bases;
  Args keywords;
  if (NodeId arguments = tree.child(node, 0); arguments != kNoNode) {
    Args args;
    if (!EvalArguments(tree.children(arguments), args)) return Value::Raised();
    bases.assign(args.positional.begin(), args.positional.end());
    keywords.keywords = args.keywords;
    if (args.open) bases.push_back(Lost("unknown base classes"));
  }
  auto* env = heap_.New<EnvObj>();
  env->module = frame_->module;
  env->is_class_body = true;
  env->parent = frame_->env == frame_->module->env ? nullptr : frame_->env;
  Symbol name = tree.symbol(node);
  std::string qualname = Text(name).str();
  if (frame_->env->is_class_body) {
    if (Value* outer = frame_->env->variables.Find(N().qualname); outer && outer->is(Kind::Str)) qualname = (outer->text() + "." + qualname).str();
  }
  env->variables.Set(N().qualname, Value::Str(qualname));
  std::vector<FunctionObj*> created;
  {
    Frame frame;
    frame.module = frame_->module;
    frame.env = env;
    frame.unit = frame_->unit;
    frame.created = &created;
    frame.record_bindings = false;
    FrameScope scope(*this, frame);
    if (ExecBlock(tree.child(node, 1)) == Flow::Raise) return Value::Raised();
  }
  Table attributes;
  for (const auto& [key, value] : env->variables.entries()) {
    if (key != N().qualname) attributes.Set(key, value);
  }
  ClassObj* cls = NewClass(name, bases, std::move(attributes), frame_->module);
  cls->qualname = Intern(qualname);
  cls->definition = node;
  NoteDefinition(node, cls);
  for (FunctionObj* function : created) function->owner = cls;
  if (const Value* meta = keywords.Keyword(Intern("metaclass"))) cls->metaclass = *meta;
  if (cls->metaclass.unknown()) cls->unknown_base = true;
  cls->has_getattr = FindInClass(cls, N().getattr).is(Kind::Function);
  Value result = Value::Obj(cls);
  if (cls->is_enum) MakeEnumMembers(cls);
  if (!NotifyBases(cls, keywords)) return Value::Raised();
  llvm::ArrayRef<NodeId> decorators = tree.children(node).drop_front(3);
  for (size_t i = decorators.size(); i-- > 0;) {
    TRIDENT_TRY(decorator, Eval(decorators[i]));
    result = Decorate(decorator, result);
    if (result.raised()) return result;
  }
  return result;
}

// Decorators that register or wrap take tens of steps; those that write documentation read whole files. The latter are
// cut off, and are not tried again.
static constexpr uint64_t kDecoratorBudget = 20'000;

Value Interp::Decorate(const Value& decorator, const Value& target) {
  // What an unknown decorator does is not known; nearly all keep what they are given.
  auto kept = [&] {
    if (target.is(Kind::Function)) As<FunctionObj>(target)->replaced = true;
    return target;
  };
  if (decorator.unknown()) return kept();
  std::pair<const Unit*, NodeId> key;
  if (decorator.is(Kind::Function)) key = {As<FunctionObj>(decorator)->module->unit.get(), As<FunctionObj>(decorator)->node};
  // Modules that are imported stay as they are for the next run; the script is run anew.
  Decorators& expensive = importing_ > 0 ? expensive_at_import_ : expensive_;
  if (key.first && expensive.contains(key)) return kept();
  Args args;
  args.positional.push_back(target);
  uint64_t outer = step_limit_;
  step_limit_ = std::min(outer, steps_ + kDecoratorBudget);
  // A decorator of the module registers: it asks whether its own name is taken, not for what other modules hold.
  bool registers = frame_->function == nullptr;
  registering_ += registers;
  Value result = Call(decorator, args);
  registering_ -= registers;
  bool cut = out_of_budget_ && steps_ < outer && steps_ < options_.step_budget && !outcome_.cancelled;
  step_limit_ = outer;
  if (cut) {
    out_of_budget_ = false;
    ClearException();
    if (key.first && As<FunctionObj>(decorator)->module != script_) expensive.insert(key);
    return kept();
  }
  if (result.raised()) return result;
  return result.unknown() ? kept() : result;
}

// Runs what a new class sets off: __set_name__ of its attributes, __init_subclass__ of its bases.
bool Interp::NotifyBases(ClassObj* cls, const Args& keywords) {
  // A class of the module is told to those who keep account of classes: like its decorators, they ask whether it is there.
  bool registers = frame_->function == nullptr;
  registering_ += registers;
  bool done = TellBases(cls, keywords);
  registering_ -= registers;
  return done;
}

bool Interp::TellBases(ClassObj* cls, const Args& keywords) {
  for (const auto& [name, value] : llvm::SmallVector<Table::Entry, 8>(cls->attributes.entries().begin(), cls->attributes.entries().end())) {
    if (!value.is(Kind::Instance)) continue;
    Value method = FindInClass(As<InstanceObj>(value)->cls, N().set_name);
    if (!method.is(Kind::Function)) continue;
    Args args;
    args.positional = {value, Value::Obj(cls), Value::Str(name)};
    if (Call(method, args).raised()) return false;
  }
  for (ClassObj* base : llvm::ArrayRef(cls->mro).drop_front()) {
    const Value* hook = base->attributes.Find(N().init_subclass);
    if (!hook) continue;
    Value function = hook->is(Kind::ClassMethod) ? As<WrapperObj>(*hook)->function : *hook;
    Args args;
    args.positional.push_back(Value::Obj(cls));
    for (const auto& [key, value] : keywords.keywords) {
      if (Text(key) != "metaclass") args.keywords.emplace_back(key, value);
    }
    return !Call(function, args).raised();
  }
  return true;
}

void Interp::MakeEnumMembers(ClassObj* cls) {
  int64_t next_auto = 1;
  for (auto& [name, value] : cls->attributes.entries()) {
    llvm::StringRef text = Text(name);
    bool callable = value.is(Kind::Function) || value.is(Kind::Property) || value.is(Kind::StaticMethod) || value.is(Kind::ClassMethod) || value.is(Kind::Class);
    if (callable || text.starts_with("__") || (text.starts_with("_") && text.ends_with("_"))) continue;
    if (cls->Made(value)) continue;
    if (value.is(Kind::Builtin) && Text(As<BuiltinObj>(value)->name) == "auto") {
      value = cls->payload == Native::Str ? Value::Str(text.lower()) : Value::Int(next_auto);
    }
    if (std::optional<int64_t> n = value.AsInt()) next_auto = *n + 1;
    // An equal value is an alias of the first member that has it.
    Value alias;
    for (const auto& [other_name, other] : cls->attributes.entries()) {
      if (other_name == name) break;
      if (cls->Made(other) && Equals(As<InstanceObj>(other)->payload, value) == Tri::True) alias = other;
    }
    if (alias.defined()) {
      value = alias;
      continue;
    }
    auto* member = heap_.New<InstanceObj>();
    member->cls = cls;
    member->payload = value;
    member->attributes.Set(N().name_plain, Value::Str(name));
    member->attributes.Set(N().value, value);
    member->attributes.Set(Intern("_value_"), value);
    member->attributes.Set(Intern("_name_"), Value::Str(name));
    Value init = FindInClass(cls, N().init);
    Value made = Value::Obj(member);
    value = made;
    if (init.is(Kind::Function)) {
      Args args;
      args.positional.push_back(made);
      Value content = member->payload;
      if (content.is(Kind::Tuple)) args.positional.append(As<ListObj>(content)->items.begin(), As<ListObj>(content)->items.end());
      else args.positional.push_back(content);
      if (Call(init, args).raised()) ClearException();
    }
  }
}

// Fields of a dataclass or NamedTuple in order, bases first.
Interp::Fields Interp::FieldsOf(ClassObj* cls) {
  bool lasting = llvm::all_of(cls->mro, [](const ClassObj* base) { return base->permanent && !base->saved; });
  Fields known = lasting ? fields_of_.lookup(cls) : nullptr;
  if (known) return known;
  auto made = std::make_shared<std::vector<Field>>();
  std::vector<Field>& fields = *made;
  for (size_t i = cls->mro.size(); i-- > 0;) {
    ClassObj* base = cls->mro[i];
    const Value* annotations = base->attributes.Find(N().annotations);
    if (!annotations || !annotations->is(Kind::Dict)) continue;
    for (const DictObj::Item& item : As<DictObj>(*annotations)->items) {
      if (!item.live || !item.key.is(Kind::Str)) continue;
      llvm::StringRef type = item.value.is(Kind::Str) ? item.value.text() : "";
      if (type.contains("ClassVar") || type.contains("KW_ONLY")) continue;
      Field field{item.key.symbol(), Value(), Value(), true, type.contains("InitVar")};
      if (const Value* value = base->attributes.Find(field.name)) {
        field.default_value = *value;
        if (value->is(Kind::Instance) && As<InstanceObj>(*value)->cls == field_class_) {
          auto* spec = As<InstanceObj>(*value);
          const Value* given = spec->attributes.Find(Intern("default"));
          const Value* factory = spec->attributes.Find(Intern("default_factory"));
          const Value* init = spec->attributes.Find(Intern("init"));
          field.default_value = given && !(*given == missing_) ? *given : Value();
          field.factory = factory && !(*factory == missing_) ? *factory : Value();
          field.init = !init || Truth(*init) != Tri::False;
        }
      }
      bool replaced = false;
      for (Field& known : fields) {
        if (known.name == field.name) {
          known = field;
          replaced = true;
        }
      }
      if (!replaced) fields.push_back(field);
    }
  }
  if (!lasting) return made;
  bool plain = !cls->is_nn_module && !FindInClass(cls, N().setattr).is(Kind::Function);
  for (Field& field : fields) {
    Value attribute = FindInClass(cls, field.name);
    bool descriptor = attribute.is(Kind::Property) || (attribute.is(Kind::Instance) && FindInClass(As<InstanceObj>(attribute)->cls, N().set).defined());
    field.plain = plain && !descriptor && field.name != N().dict;
  }
  fields_of_[cls] = made;
  return made;
}

Value Interp::InitDataclass(const Value& self, const Args& args) {
  auto* instance = As<InstanceObj>(self);
  size_t next = 0, next_keyword = 0;
  Args init_only;
  Fields fields = FieldsOf(instance->cls);
  // Most are given in the order of the fields.
  auto keyword = [&](Symbol name) {
    bool here = next_keyword < args.keywords.size() && args.keywords[next_keyword].first == name;
    return here ? &args.keywords[next_keyword++].second : args.Keyword(name);
  };
  bool empty = instance->attributes.empty();
  if (empty) heap_.WillWrite(instance), instance->attributes.Reserve(fields->size());
  for (const Field& field : *fields) {
    Value value;
    if (field.init) {
      if (next < args.positional.size()) value = args.positional[next++];
      else if (const Value* given = keyword(field.name)) value = *given;
    }
    if (!value.defined()) {
      if (args.open && field.init) {
        value = Lost("a field from an unknown **kwargs");
      } else if (field.factory.defined()) {
        value = Call(field.factory, {});
        if (value.raised()) return value;
      } else if (field.default_value.defined()) {
        value = field.default_value;
      } else if (field.init) {
        return Raise("TypeError", Text(instance->cls->name).str() + "() is missing its argument '" + Text(field.name).str() + "'", "call-arguments");
      } else {
        continue;
      }
    }
    if (field.init_only) init_only.positional.push_back(value);
    else if (empty && field.plain) instance->attributes.Add(field.name, value);
    else if (!SetAttribute(self, field.name, value)) return Value::Raised();
  }
  bool whole = !instance->cls->unknown_base;
  if (whole && next < args.positional.size()) return Raise("TypeError", Text(instance->cls->name).str() + "() takes fewer positional arguments than it is given", "call-arguments");
  for (const auto& [name, value] : args.keywords) {
    bool taken = !whole || next_keyword == args.keywords.size() || llvm::any_of(*fields, [&](const Field& field) { return field.init && field.name == name; });
    if (!taken) {
      return Raise("TypeError", Text(instance->cls->name).str() + "() has no field '" + Text(name).str() + "'", "call-arguments");
    }
  }
  Value post = FindInClass(instance->cls, N().post_init);
  if (post.defined()) return Call(BindDescriptor(post, self, instance->cls), init_only);
  return Value::None();
}

Value Interp::MakeNamedTuple(ClassObj* cls, const Args& args) {
  auto* instance = heap_.New<InstanceObj>();
  instance->cls = cls;
  llvm::SmallVector<Value, 8> items;
  size_t next = 0;
  Fields fields = FieldsOf(cls);
  for (const Field& field : *fields) {
    Value value;
    if (next < args.positional.size()) value = args.positional[next++];
    else if (const Value* given = args.Keyword(field.name)) value = *given;
    else if (args.open) value = Lost("a field from unknown arguments");
    else if (field.default_value.defined()) value = field.default_value;
    else return Raise("TypeError", Text(cls->name).str() + "() is missing its argument '" + Text(field.name).str() + "'", "call-arguments");
    instance->attributes.Set(field.name, value);
    items.push_back(value);
  }
  instance->payload = NewTuple(items);
  return Value::Obj(instance);
}

Value Interp::EnumMember(ClassObj* cls, const Args& args) {
  // Enum("Name", "A B"): a class without members makes other classes.
  if (args.positional.empty() || args.positional.size() > 1 || !args.keywords.empty()) return Lost("an enum made at run time");
  if (cls->Made(args.positional[0])) return args.positional[0];
  bool unsure = args.positional[0].unknown() || args.positional[0].some();
  for (const auto& [name, value] : cls->attributes.entries()) {
    if (!cls->Made(value)) continue;
    Tri same = Equals(PayloadOf(As<InstanceObj>(value)), args.positional[0]);
    if (same == Tri::True) return value;
    unsure |= same == Tri::Unknown;
  }
  if (unsure || FindInClass(cls, Intern("_missing_")).defined()) return Lost("an enum member that is not known");
  return Raise("ValueError", Repr(args.positional[0]) + " is not a valid " + Text(cls->name).str(), "enum-value");
}

Value Interp::Instantiate(ClassObj* cls, const Args& args) {
  if (!Step()) return Raise("SystemExit", "analysis budget spent");
  Fingerprint key;
  if (TemplateKey(cls, args, key)) return InstantiateTemplate(key, cls, args);
  return MayKeepModel(cls) ? InstantiateKept(cls, args) : InstantiateNow(cls, args);
}

Value Interp::InstantiateNow(ClassObj* cls, const Args& args) {
  if (cls->native != Native::None && cls->native != Native::Object) return InstantiateNative(cls, args);
  if (cls->DerivesFrom(Native::Type)) return Lost("a class made by a metaclass");
  if (cls->is_enum) return EnumMember(cls, args);
  if (cls->is_namedtuple && !FindInClass(cls, N().new_).is(Kind::Function)) return MakeNamedTuple(cls, args);
  if (cls->metaclass.is(Kind::Class) && As<ClassObj>(cls->metaclass)->native == Native::None) {
    Value call = FindInClass(As<ClassObj>(cls->metaclass), N().call);
    if (call.is(Kind::Function) && !in_metaclass_call_) {
      Args with_class;
      with_class.positional.push_back(Value::Obj(cls));
      with_class.positional.append(args.positional.begin(), args.positional.end());
      with_class.keywords = args.keywords;
      in_metaclass_call_ = true;
      Value made = Call(call, with_class);
      in_metaclass_call_ = false;
      return made;
    }
  }
  Value maker = FindInClass(cls, N().new_);
  // As a class method it is given the class twice.
  bool twice = maker.is(Kind::ClassMethod);
  if (twice || maker.is(Kind::StaticMethod)) maker = As<WrapperObj>(maker)->function;
  Value self;
  if (maker.is(Kind::Function)) {
    Args with_class;
    with_class.positional.assign(twice ? 2 : 1, Value::Obj(cls));
    with_class.positional.append(args.positional.begin(), args.positional.end());
    with_class.keywords = args.keywords;
    with_class.open = args.open;
    with_class.open_rest = args.open_rest;
    self = Call(maker, with_class);
    if (self.raised() || !self.is(Kind::Instance) || !As<InstanceObj>(self)->cls->DerivesFrom(cls)) return self;
  } else {
    self = Allocate(cls, args);
    if (self.raised()) return self;
  }
  Value made = InitInstance(self, args);
  if (cls->module == script_ && made.is(Kind::Instance)) NoteMade(cls, As<InstanceObj>(made));
  return made;
}

Value Interp::Allocate(ClassObj* cls, const Args& args) {
  if (cls->DerivesFrom(Native::Tensor) || cls->DerivesFrom(Native::Parameter)) return Lost("an instance of a subclass of Tensor");
  auto* instance = heap_.New<InstanceObj>();
  instance->cls = cls;
  if (cls->payload != Native::None) {
    bool own_init = FindInClass(cls, N().init).is(Kind::Function);
    Args none;
    instance->payload = InstantiateNative(NativeClass(cls->payload), own_init && (cls->payload == Native::Dict || cls->payload == Native::List || cls->payload == Native::OrderedDict) ? none : args);
    if (instance->payload.raised()) return Value::Raised();
  }
  if (cls->is_exception) instance->attributes.Set(N().args, NewTuple(args.positional));
  return Value::Obj(instance);
}

Value Interp::InitInstance(const Value& self, const Args& args) {
  auto* instance = As<InstanceObj>(self);
  ClassObj* cls = instance->cls;
  ClassObj* where = nullptr;
  Value init = FindInClass(cls, N().init, &where);
  // A dataclass has a generated __init__ unless a class before it in the order wrote one.
  if (cls->is_dataclass && !init.is(Kind::Function)) {
    return InitDataclass(self, args).raised() ? Value::Raised() : self;
  }
  if (init.is(Kind::Function)) {
    if (where->is_dataclass == false && cls->is_dataclass && DataclassBefore(cls, where)) {
      return InitDataclass(self, args).raised() ? Value::Raised() : self;
    }
    Args with_self;
    with_self.positional.push_back(self);
    with_self.positional.append(args.positional.begin(), args.positional.end());
    with_self.keywords = args.keywords;
    with_self.open = args.open;
    with_self.open_rest = args.open_rest;
    if (CallFunction(As<FunctionObj>(init), with_self).raised()) return Value::Raised();
    if (cls->unknown_base) instance->open = true;
    return self;
  }
  if (init.defined()) {
    if (Call(BindDescriptor(init, self, cls), args).raised()) return Value::Raised();
    return self;
  }
  if (cls->unknown_base) {
    instance->open = true;
    for (const auto& [name, value] : args.keywords) instance->attributes.Set(name, value);
    return self;
  }
  bool plain = cls->payload == Native::None && !cls->is_exception && !cls->from_prelude && !FindInClass(cls, N().new_).defined();
  // Objects of native classes that are not followed (a kind of property) take what these take.
  plain &= llvm::all_of(cls->mro, [](const ClassObj* base) { return base->native == Native::None || base->native == Native::Object; });
  if (plain && (!args.positional.empty() || !args.keywords.empty())) {
    return Raise("TypeError", Text(cls->name).str() + "() takes no arguments", "call-arguments");
  }
  return self;
}

bool Interp::DataclassBefore(ClassObj* cls, ClassObj* where) {
  for (ClassObj* base : cls->mro) {
    if (base == where) return false;
    if (base->is_dataclass && base->attributes.Find(N().annotations)) return true;
  }
  return false;
}

}  // namespace trident::eval
