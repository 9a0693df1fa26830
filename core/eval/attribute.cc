// Attributes: lookup through instances, classes, descriptors and modules.
#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"

namespace trident::eval {

Value CodeOf(Interp& interp, FunctionObj* function);  // introspection_natives.cc

Value Interp::FindInClass(ClassObj* cls, Symbol name, ClassObj** where) {
  for (ClassObj* base : cls->mro) {
    if (const Value* value = base->attributes.Find(name)) {
      if (llvm::is_contained(base->gained, name)) NoteEffectsAsked(cls);
      if (where) *where = base;
      return *value;
    }
  }
  return Value();
}

// An attribute of the class was missing, or is there because it once was.
void Interp::NoteEffectsAsked(const ClassObj* cls) {
  for (const ClassObj* base : cls->mro) {
    const ModuleObj* module = base->module;
    if (module && module->unit && !module->prelude && module != script_ && !module->unit->outline.effects.empty()) NoteEffectsAsked(module);
  }
}

// What access through an instance (or, with `self` undefined, through the class) makes of a class attribute.
Value Interp::BindDescriptor(const Value& attribute, const Value& self, ClassObj* cls) {
  switch (attribute.kind) {
    case Kind::Function:
    case Kind::Operator: {
      if (!self.defined() || (attribute.is(Kind::Operator) && As<OperatorObj>(attribute)->self.defined())) return attribute;
      if (attribute.is(Kind::Operator)) return attribute;  // torch functions are builtins: they do not bind.
      auto* method = heap_.New<MethodObj>();
      method->self = self;
      method->function = attribute;
      return Value::Obj(method);
    }
    case Kind::Property: {
      if (!self.defined()) return attribute;
      Args args;
      args.positional.push_back(self);
      return Call(As<PropertyObj>(attribute)->getter, args);
    }
    case Kind::StaticMethod: return As<WrapperObj>(attribute)->function;
    case Kind::ClassMethod: {
      auto* method = heap_.New<MethodObj>();
      method->self = Value::Obj(cls);
      method->function = As<WrapperObj>(attribute)->function;
      return Value::Obj(method);
    }
    case Kind::Partial: {
      if (!self.defined() || !As<PartialObj>(attribute)->method) return attribute;
      auto* method = heap_.New<MethodObj>();
      method->self = self;
      method->function = attribute;
      return Value::Obj(method);
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(attribute);
      Value get = FindInClass(instance->cls, N().get);
      if (!get.defined() || instance->cls->is_nn_module) return attribute;
      Args args;
      args.positional = {self.defined() ? self : Value::None(), Value::Obj(cls)};
      return Call(BindDescriptor(get, attribute, instance->cls), args);
    }
    default: return attribute;
  }
}

namespace {

// Views of an nn.Module's attribute table under the names torch keeps them.
Value ModuleView(Interp& interp, InstanceObj* instance, Symbol name) {
  DictObj* view = interp.NewDict();
  for (const auto& [key, value] : instance->attributes.entries()) {
    bool module = value.is(Kind::Instance) ? As<InstanceObj>(value)->cls->is_nn_module : llvm::is_contained(instance->placeholders, key);
    bool buffer = llvm::is_contained(instance->buffers, key);
    bool parameter = value.is(Kind::Tensor) && As<TensorObj>(value)->parameter && !buffer;
    if (name == N().modules ? module : name == N().parameters ? parameter : buffer) interp.DictSet(view, Value::Str(key), value);
  }
  view->open = instance->open;
  return Value::Obj(view);
}

Value ClassSpecial(Interp& interp, ClassObj* cls, Symbol name) {
  const Names& n = N();
  if (name == n.name) return Value::Str(cls->name);
  if (name == n.qualname) return Value::Str(cls->qualname);
  if (name == n.module) return Value::Str(cls->module ? Text(cls->module->name) : "builtins");
  if (name == n.doc) return Value::SomeStr();
  if (name == n.cls) return Value::Obj(interp.NativeClass(Native::Type));
  if (name == n.bases) return interp.NewTuple(cls->bases);
  if (name == n.mro) {
    llvm::SmallVector<Value, 8> classes;
    for (ClassObj* base : cls->mro) classes.push_back(Value::Obj(base));
    return interp.NewTuple(classes);
  }
  if (name == n.dict) {
    DictObj* dict = interp.NewDict();
    for (const auto& [key, value] : cls->attributes.entries()) interp.DictSet(dict, Value::Str(key), value);
    return Value::Obj(dict);
  }
  if (name == n.members && cls->is_enum) {
    DictObj* dict = interp.NewDict();
    for (const auto& [key, value] : cls->attributes.entries()) {
      if (cls->Made(value)) interp.DictSet(dict, Value::Str(key), value);
    }
    return Value::Obj(dict);
  }
  if (name == n.annotations) {
    return Value::Obj(interp.NewDict());
  }
  return Value();
}

Value FunctionAttribute(Interp& interp, FunctionObj* function, Symbol name) {
  const Names& n = N();
  if (const Value* value = function->attributes.Find(name)) return *value;
  if (name == n.name) return Value::Str(function->name);
  if (name == n.qualname) return Value::Str(function->qualname);
  if (name == n.module) return Value::Str(function->module->name);
  if (name == n.doc) return Value::SomeStr();
  if (name == n.dict) return Value::Obj(interp.NewDict());
  if (name == n.code && function->module->unit) return CodeOf(interp, function);
  if (name == n.code || name == n.defaults || name == n.annotations) return interp.Lost("an attribute of a function");
  if (name == n.get) return interp.Lost("binding a function by hand");
  if (name == n.cls) return Value::Obj(interp.NativeClass(Native::Function));
  return Value();
}

}  // namespace

// What __getattr__ or __getattribute__ gives; undefined when it raises AttributeError.
Value Interp::AskForAttribute(const Value& method, Symbol name) {
  Args args;
  args.positional.push_back(Value::Str(name));
  handlers_.push_back({"AttributeError"});
  Value value = Call(method, args);
  handlers_.pop_back();
  if (value.raised() && IsAttributeError()) {
    ClearException();
    return Value();
  }
  return value;
}

bool Interp::IsAttributeError() const {
  return exception_.is(Kind::Instance) && llvm::any_of(As<InstanceObj>(exception_)->cls->mro, [](ClassObj* cls) { return Text(cls->name) == "AttributeError"; });
}

// What a class's own __getattribute__ gives. It is asked for every access, so what it gave is kept until something that it
// can see is written: the object, what the object holds, its classes.
Value Interp::CustomAttribute(const Value& object, Symbol name) {
  ClassObj* cls = As<InstanceObj>(object)->cls;
  auto& [known, epoch] = custom_lookups_[{object.object, name}];
  if (known.defined() && epoch == heap_.epoch()) return known;
  uint64_t steps = steps_, objects = ObjectsUsed();
  uint32_t mark = heap_.next_serial(), written_before = heap_.oldest_write();
  heap_.set_oldest_write(0xFFFFFFFF);
  Value value = AskForAttribute(BindDescriptor(FindInClass(cls, N().getattribute), object, cls), name);
  bool wrote = heap_.oldest_write() < mark;
  heap_.set_oldest_write(std::min(written_before, heap_.oldest_write()));
  bool lasting = value.defined() && !value.raised() && !value.unknown() && (!value.is_object() || value.object->serial < mark);
  if (wrote || !lasting) return value;
  Met seen;
  StructureOf(object, 0, seen);  // From now on, a write to any of it begins a new epoch.
  for (ClassObj* base : cls->mro) {
    base->hashed = true;
    for (const auto& [key, attribute] : base->attributes.entries()) {
      if (attribute.is_object()) attribute.object->hashed = true;
    }
  }
  custom_lookups_[{object.object, name}] = {value, heap_.epoch()};
  // How often it is asked depends on what else was imported meanwhile.
  steps_ = steps;
  SetObjectsUsed(objects);
  return value;
}

// As object.__getattribute__ and then __getattr__ find it.
Value Interp::InstanceAttribute(const Value& object, Symbol name) {
  auto* instance = As<InstanceObj>(object);
  ClassObj* cls = instance->cls;
  NoteInside(instance);
  if (const Value* value = instance->attributes.Find(name)) return *value;
  Value attribute = FindInClass(cls, name);
  if (attribute.defined()) {
    Value bound = BindDescriptor(attribute, object, cls);
    if (attribute.is(Kind::Property) && As<PropertyObj>(attribute)->cached && !bound.raised()) {
      heap_.WillWrite(instance);
      instance->attributes.Set(name, bound);
    }
    return bound;
  }
  if (cls->is_nn_module && (name == N().modules || name == N().parameters || name == N().buffers)) return ModuleView(*this, instance, name);
  if (name == N().cls) return Value::Obj(cls);
  if (name == N().module || name == N().doc) return ClassSpecial(*this, cls, name);
  if (name == N().dict) {
    DictObj* dict = NewDict();
    for (const auto& [key, value] : instance->attributes.entries()) DictSet(dict, Value::Str(key), value);
    dict->open = instance->open;
    dict->attributes_of = instance;
    return Value::Obj(dict);
  }
  if (instance->payload.defined()) {
    Value native = NativeMethod(instance->payload, name);
    if (native.defined()) return native;
  }
  bool may_have = instance->open || instance->exposed;
  if (Value getattr = may_have ? Value() : FindInClass(cls, N().getattr); getattr.is(Kind::Function)) return AskForAttribute(BindDescriptor(getattr, object, cls), name);
  Value native = NativeMethod(object, name);
  if (native.defined()) return native;
  if (cls->unknown_base || may_have) return Lost("an attribute of an object whose class is not fully known");
  return Value();
}

Value Interp::FindAttribute(const Value& object, Symbol name) {
  switch (object.kind) {
    case Kind::Unknown: return object;
    case Kind::Tensor: {
      if (Value* value = As<TensorObj>(object)->attributes.Find(name)) return *value;
      return TensorAttribute(object, name);
    }
    case Kind::Module: {
      bool found = false;
      Value value = ModuleAttribute(As<ModuleObj>(object), name, &found);
      return found || value.raised() ? value : Lost("a name of a module that Trident does not find");
    }
    case Kind::Instance: return As<InstanceObj>(object)->cls->has_getattribute ? CustomAttribute(object, name) : InstanceAttribute(object, name);
    case Kind::Class: {
      auto* cls = As<ClassObj>(object);
      Value attribute = FindInClass(cls, name);
      if (attribute.defined()) return BindDescriptor(attribute, Value(), cls);
      Value special = ClassSpecial(*this, cls, name);
      if (special.defined()) return special;
      Value native = NativeMethod(object, name);
      if (native.defined()) return native;
      if (cls->metaclass.is(Kind::Class)) {
        Value meta = FindInClass(As<ClassObj>(cls->metaclass), name);
        if (meta.defined()) return BindDescriptor(meta, object, As<ClassObj>(cls->metaclass));
      }
      if (cls->unknown_base || cls->native != Native::None || cls->from_prelude || cls->metaclass.defined()) return Lost("an attribute of a class that is not fully known");
      return Value();
    }
    case Kind::Function: return FunctionAttribute(*this, As<FunctionObj>(object), name);
    case Kind::Method: {
      auto* method = As<MethodObj>(object);
      if (name == N().self_dunder) return method->self;
      if (name == N().func_dunder) return method->function;
      return FindAttribute(method->function, name);
    }
    case Kind::Partial: {
      auto* partial = As<PartialObj>(object);
      if (name == N().func) return partial->function;
      if (name == N().args) return NewTuple(partial->arguments);
      if (name == N().keywords) {
        DictObj* dict = NewDict();
        for (const auto& [key, value] : partial->keywords.entries()) DictSet(dict, Value::Str(key), value);
        return Value::Obj(dict);
      }
      return Value();
    }
    case Kind::Super: {
      auto* super = As<SuperObj>(object);
      ClassObj* cls = super->self.is(Kind::Instance) ? As<InstanceObj>(super->self)->cls : super->self.is(Kind::Class) ? As<ClassObj>(super->self) : nullptr;
      if (!cls) return Lost("super() of an unknown object");
      bool past = super->after == nullptr;
      for (ClassObj* base : cls->mro) {
        if (past) {
          if (const Value* value = base->attributes.Find(name)) {
            return BindDescriptor(*value, super->self.is(Kind::Instance) || name == N().new_ ? super->self : Value(), cls);
          }
        }
        past |= base == super->after;
      }
      Value native = NativeMethod(object, name);
      if (native.defined()) return native;
      return cls->unknown_base ? Lost("an attribute of an unknown base class") : Value();
    }
    case Kind::Property: {
      auto* property = As<PropertyObj>(object);
      if (name == N().fget) return property->getter;
      if (name == N().abstract) return FindAttribute(property->getter, name);
      return NativeMethod(object, name);
    }
    case Kind::StaticMethod:
    case Kind::ClassMethod: return FindAttribute(As<WrapperObj>(object)->function, name);
    case Kind::Operator:
      if (name == N().name || name == N().qualname) return Value::Str(Text(As<OperatorObj>(object)->name).rsplit('.').second);
      // torch.ops.aten.add.Tensor: a namespace holds operators, an operator its overloads. torch.torch is torch.
      if (auto* op = As<OperatorObj>(object); !op->self.defined()) {
        llvm::StringRef holder = Text(op->name);
        while (holder.starts_with("torch.torch")) holder = holder.drop_front(6);
        std::string member = (holder + "." + Text(name)).str();
        ops::OpId id = op->op == ops::kNoOp || holder.starts_with("torch.ops.") ? ops::Find(member) : ops::kNoOp;
        if (id != ops::kNoOp || member == "torch.ops" || holder == "torch.ops") {
          auto* inner = heap_.New<OperatorObj>();
          inner->name = Intern(member);
          inner->op = id;
          return Value::Obj(inner);
        }
      }
      return Lost("an attribute of a torch operator");
    case Kind::Builtin:
      if (name == N().name || name == N().qualname) return Value::Str(As<BuiltinObj>(object)->name);
      return Lost("an attribute of a built-in function");
    case Kind::Alias:
      if (name == Intern("__origin__")) return As<AliasObj>(object)->origin.defined() ? As<AliasObj>(object)->origin : Lost("the origin of a typing construct");
      if (name == Intern("__args__")) return NewTuple(As<AliasObj>(object)->arguments);
      if (As<AliasObj>(object)->origin.defined()) return FindAttribute(As<AliasObj>(object)->origin, name);
      return Lost("an attribute of a typing construct");
    case Kind::Slice: {
      llvm::StringRef text = Text(name);
      auto* slice = As<SliceObj>(object);
      if (text == "start") return slice->start;
      if (text == "stop") return slice->stop;
      if (text == "step") return slice->step;
      return NativeMethod(object, name);
    }
    case Kind::Tuple: {
      auto* list = As<ListObj>(object);
      for (size_t i = 0; i < list->names.size() && i < list->items.size(); ++i) {
        if (Text(name) == list->names[i]) return list->items[i];
      }
      return NativeMethod(object, name);
    }
    default: return NativeMethod(object, name);
  }
}

// Whether what made the object's class may have come to know more of it than is written.
bool Interp::HasUnknownStars(const Value& object) {
  llvm::DenseSet<ModuleObj*> seen;
  ClassObj* cls = object.is(Kind::Instance) ? As<InstanceObj>(object)->cls : object.is(Kind::Class) ? As<ClassObj>(object) : nullptr;
  return cls && llvm::any_of(cls->mro, [&](ClassObj* base) { return HasUnknownStars(base->module, seen); });
}

// Whether a class body says `name: type` without a value.
static bool IsDeclared(const ClassObj* cls, Symbol name) {
  return llvm::any_of(cls->mro, [&](const ClassObj* base) {
    const Value* annotations = base->attributes.Find(N().annotations);
    if (!annotations || !annotations->is(Kind::Dict)) return false;
    return llvm::any_of(As<DictObj>(*annotations)->items, [&](const DictObj::Item& item) { return item.live && item.key.is(Kind::Str) && item.key.symbol() == name; });
  });
}

// Runs what the modules that define the object's class do besides binding names, where that has not happened: it may add
// attributes to the class. Whether there was anything to run.
bool Interp::GainsAttributes(const Value& object) {
  if (!MayRunEffects() || (!object.is(Kind::Instance) && !object.is(Kind::Class))) return false;
  const ClassObj* cls = object.is(Kind::Class) ? As<ClassObj>(object) : As<InstanceObj>(object)->cls;
  NoteEffectsAsked(cls);
  bool ran = false;
  for (const ClassObj* base : cls->mro) {
    ModuleObj* module = base->module;
    if (!module || !module->unit || module->prelude || module == script_) continue;
    for (outline::StatementIndex index : module->unit->outline.effects) {
      if (module->statements[index] != ModuleObj::State::Waiting) continue;
      ran = true;
      BeginEffects(module);
      RunModuleStatement(module, index);
    }
  }
  running_effects_ = false;
  return ran;
}

Value Interp::GetAttribute(const Value& object, Symbol name) {
  // `config.n_embd` of a configuration that nobody described is a size of that name, until it is used as something else.
  if (object.guess()) {
    Value guess = Value::Int(shape::Dim::Named(name));
    guess.flags |= Value::kGuess;
    return guess;
  }
  // What only tensors have is no function of torch.
  if (object.is(Kind::Module) && Text(As<ModuleObj>(object)->name) == "torch") {
    std::string function = ("torch." + Text(name)).str(), method = ("torch.Tensor." + Text(name)).str();
    bool found = false;
    if (ops::Find(method) != ops::kNoOp && ops::Find(function) == ops::kNoOp && !ops::IsTorchName(function)) ModuleAttribute(As<ModuleObj>(object), name, &found);
    else found = true;
    if (!found) return Raise("AttributeError", "module 'torch' has no attribute '" + Text(name).str() + "': it is a method of tensors", "no-attribute");
  }
  Value value = FindAttribute(object, name);
  if (value.defined()) {
    return value;
  }
  if (name == N().cls) return TypeValue(object);
  llvm::StringRef text = Text(name);
  if (text.starts_with("__") && text.ends_with("__")) return Lost("a special attribute");
  if (GainsAttributes(object)) {
    uint64_t steps = steps_, objects = ObjectsUsed();
    Value added = FindAttribute(object, name);
    // The next run finds at once what there is now.
    steps_ = steps;
    SetObjectsUsed(objects);
    if (added.defined()) return added;
  }
  // What a star import of something that is not found brings may change any object.
  if (HasUnknownStars(object)) return Lost("an attribute that unknown imports may add");
  if (object.is(Kind::Instance)) {
    ClassObj* cls = As<InstanceObj>(object)->cls;
    // Private names of classes Trident describes itself may exist in the real ones.
    bool described = false;
    for (ClassObj* base : cls->mro) described |= base->from_prelude;
    // The fields and private state of a dataclass may be set by a generated or wrapped __init__.
    if (cls->is_dataclass) return Lost("an attribute of a dataclass");
    if (IsDeclared(cls, name)) return Lost("an attribute that its class declares");
    bool followed = llvm::all_of(cls->mro, [&](const ClassObj* base) { return base->native == Native::None || base->native == Native::Object || base->native == cls->payload; });
    if (!followed) return Lost("an attribute of a native class that is not followed");
    if (described && text.starts_with("_")) return Lost("a private attribute of a class Trident describes");
    if (cls->from_prelude && !cls->is_nn_module) return Lost("an attribute of a class Trident describes");
    return Raise("AttributeError", "'" + Text(cls->name).str() + "' object has no attribute '" + text.str() + "'", "no-attribute");
  }
  if (object.is(Kind::Class)) {
    if (As<ClassObj>(object)->is_enum && text.starts_with("_")) return Lost("a private attribute of an enum");
    return Raise("AttributeError", "class '" + Text(As<ClassObj>(object)->name).str() + "' has no attribute '" + text.str() + "'", "no-attribute");
  }
  // What looks like a constant of a class may be a member that an unknown base made of it.
  bool of_member = (text == "value" || text == "name") && !object.is(Kind::None);
  if (of_member) return Lost("an attribute that members of enumerations have");
  bool sure = object.is(Kind::None) || object.is(Kind::Tuple) || object.is(Kind::List) || object.is(Kind::Int) || object.is(Kind::Bool) || object.is(Kind::Float) ||
              object.is(Kind::Str) || object.is(Kind::Dict);
  if (sure) {
    return Raise("AttributeError", "'" + Text(TypeOf(object)->name).str() + "' object has no attribute '" + text.str() + "'", "no-attribute");
  }
  if (object.is(Kind::Function) || object.is(Kind::Partial)) {
    if (object.is(Kind::Function) && As<FunctionObj>(object)->replaced) return Lost("an attribute of what an unknown decorator made");
    return Raise("AttributeError", "'function' object has no attribute '" + text.str() + "'", "no-attribute");
  }
  return Lost("an attribute Trident does not know");
}

bool Interp::SetAttribute(const Value& object, Symbol name, Value value, bool plainly) {
  switch (object.kind) {
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(object);
      Value attribute = FindInClass(instance->cls, name);
      if (attribute.is(Kind::Property) && !As<PropertyObj>(attribute)->cached) {
        Value setter = As<PropertyObj>(attribute)->setter;
        if (!setter.defined() || setter.is(Kind::None)) {
          Raise("AttributeError", "property '" + Text(name).str() + "' of '" + Text(instance->cls->name).str() + "' object has no setter", "no-attribute");
          return false;
        }
        Args args;
        args.positional = {object, value};
        return !Call(setter, args).raised();
      }
      ClassObj* where = nullptr;
      Value custom = plainly ? Value() : FindInClass(instance->cls, N().setattr, &where);
      if (custom.is(Kind::Function)) {
        Args args;
        args.positional = {object, Value::Str(name), value};
        return !Call(custom, args).raised();
      }
      if (attribute.is(Kind::Instance) && FindInClass(As<InstanceObj>(attribute)->cls, N().set).defined()) {
        Args args;
        args.positional = {object, value};
        return !Call(BindDescriptor(FindInClass(As<InstanceObj>(attribute)->cls, N().set), attribute, As<InstanceObj>(attribute)->cls), args).raised();
      }
      heap_.WillWrite(instance);
      if (name == N().dict) {
        // Whoever shares this dictionary may write attributes to it.
        instance->open = true;
        if (!value.is(Kind::Dict)) return true;
        for (const DictObj::Item& item : As<DictObj>(value)->items) {
          if (item.live && item.key.is(Kind::Str)) instance->attributes.Set(item.key.symbol(), item.value);
        }
        return true;
      }
      // A plain attribute that becomes a parameter or module moves behind the others, as in torch's own tables.
      bool registered = (value.is(Kind::Tensor) && As<TensorObj>(value)->parameter) || (value.is(Kind::Instance) && As<InstanceObj>(value)->cls->is_nn_module);
      const Value* before = instance->cls->is_nn_module && registered ? instance->attributes.Find(name) : nullptr;
      if (before && !before->is(Kind::Tensor) && !before->is(Kind::Instance)) instance->attributes.Erase(name);
      instance->attributes.Set(name, value);
      return true;
    }
    case Kind::Class:
      heap_.WillWrite(object.object);
      fields_of_.clear();
      if (running_effects_) As<ClassObj>(object)->gained.push_back(name);
      // What the script's calls of modules saw of its classes is no longer there.
      if (script_calls_ && !entering_ && As<ClassObj>(object)->module == script_ && !calls_.empty()) script_calls_->fixed = false;
      As<ClassObj>(object)->attributes.Set(name, value);
      return true;
    case Kind::Module:
      if (EnvObj* env = As<ModuleObj>(object)->env) {
        heap_.WillWrite(env);
        env->variables.Set(name, value);
      }
      return true;
    case Kind::Function:
      heap_.WillWrite(object.object);
      As<FunctionObj>(object)->attributes.Set(name, value);
      return true;
    case Kind::Method: return SetAttribute(As<MethodObj>(object)->function, name, value);
    case Kind::Tensor: {
      auto* tensor = As<TensorObj>(object);
      heap_.WillWrite(tensor);
      llvm::StringRef text = Text(name);
      if (text == "data" && value.is(Kind::Tensor)) {
        tensor->type = As<TensorObj>(value)->type;
      } else if (text == "requires_grad") {
        tensor->requires_grad = Truth(value) != Tri::False;
      } else if (text != "grad") {
        tensor->attributes.Set(name, value);
      }
      return true;
    }
    case Kind::None:
    case Kind::Int:
    case Kind::Float:
    case Kind::Str:
    case Kind::Tuple:
    case Kind::List:
      Raise("AttributeError", "'" + Text(TypeOf(object)->name).str() + "' object has no attribute '" + Text(name).str() + "'", "no-attribute");
      return false;
    default: return true;
  }
}

bool Interp::DeleteAttribute(const Value& object, Symbol name) {
  if (object.is(Kind::Instance)) {
    auto* instance = As<InstanceObj>(object);
    heap_.WillWrite(instance);
    bool erased = instance->attributes.Erase(name);
    if (!erased && !instance->open && !instance->cls->unknown_base && !instance->cls->from_prelude && !FindInClass(instance->cls, name).defined()) {
      Raise("AttributeError", "'" + Text(instance->cls->name).str() + "' object has no attribute '" + Text(name).str() + "'", "no-attribute");
      return false;
    }
  } else if (object.is(Kind::Class)) {
    heap_.WillWrite(object.object);
    fields_of_.clear();
    As<ClassObj>(object)->attributes.Erase(name);
  }
  return true;
}

}  // namespace trident::eval
