// Arguments for calls that nobody wrote: from annotations, documentation and names.
#include "core/eval/interp.h"

#include "core/parse/literal.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::ParameterKind;
using shape::Dim;
using shape::DType;

llvm::StringRef CommentedType(const Unit& unit, NodeId function, size_t index);  // type_text.cc

namespace {

// Classes within the arguments of classes: deeper ones are not made.
constexpr int kMaxDepth = 4;

llvm::StringRef LastName(const parse::Tree& tree, NodeId node) {
  bool named = tree.kind(node) == NodeKind::Name || tree.kind(node) == NodeKind::Attribute;
  return named ? Text(tree.symbol(node)) : llvm::StringRef();
}

// The sizes of "batch, seq_len, 3" as documentation writes them; nothing where the rank cannot be told.
std::optional<llvm::SmallVector<Dim, 6>> WrittenSizes(llvm::StringRef text) {
  llvm::SmallVector<Dim, 6> sizes;
  llvm::SmallVector<llvm::StringRef, 6> parts;
  text.split(parts, ',');
  for (llvm::StringRef part : parts) {
    part = part.trim(" `*\n'\"");
    int64_t number = 0;
    if (part.empty()) continue;
    if (part.starts_with("...") || part.contains('*') || part == "…") return std::nullopt;
    bool word = llvm::all_of(part, [](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (!part.getAsInteger(10, number)) sizes.push_back(Dim(number));
    else if (word) sizes.push_back(Dim::Named(Intern(part)));
    else if (part.size() < 40) sizes.push_back(Dim::Unknown());
    else return std::nullopt;
  }
  if (sizes.empty() || sizes.size() > Evidence::kMaxRank) return std::nullopt;
  return sizes;
}

// The text between the bracket at `open` and the one that closes it; empty when none does.
llvm::StringRef Bracketed(llvm::StringRef text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    if ((text[i] == ')' || text[i] == ']') && --depth == 0) return text.slice(open + 1, i);
  }
  return "";
}

// What a docstring says of the shape of a parameter: "x (Tensor): of shape (batch, length)", "boxes (Tensor[N, 4])".
std::optional<llvm::SmallVector<Dim, 6>> DocumentedSizes(llvm::StringRef documentation, llvm::StringRef name) {
  for (size_t at = documentation.find(name); at != llvm::StringRef::npos; at = documentation.find(name, at + 1)) {
    llvm::StringRef before = documentation.take_front(at), line_start = before.substr(before.rfind('\n') + 1);
    llvm::StringRef rest = documentation.drop_front(at + name.size());
    if (!line_start.trim(" -*`").empty() || rest.empty() || (rest[0] != ' ' && rest[0] != ':' && rest[0] != '`' && rest[0] != '(')) continue;
    // The entry of one parameter: to the end of its paragraph, or the next line of the same indentation.
    size_t indent = line_start.size(), end = 0;
    for (size_t line = rest.find('\n'); line != llvm::StringRef::npos; line = rest.find('\n', line + 1)) {
      llvm::StringRef next = rest.drop_front(line + 1);
      end = line;
      if (next.take_while([](char c) { return c == ' '; }).size() <= indent) break;
      end = rest.size();
    }
    llvm::StringRef entry = rest.take_front(end == 0 ? rest.size() : end);
    for (llvm::StringRef mark : {"shape", "Tensor[", "dimensions", "size"}) {
      size_t place = entry.find(mark);
      if (place == llvm::StringRef::npos) continue;
      size_t open = entry.find_first_of("([", mark.ends_with("[") ? place + mark.size() - 1 : place);
      if (open == llvm::StringRef::npos || open > place + mark.size() + 24) continue;
      if (auto sizes = WrittenSizes(Bracketed(entry, open))) return sizes;
    }
  }
  return std::nullopt;
}

// kNoNode: there is none.
NodeId Docstring(const parse::Tree& tree, NodeId function) {
  if (tree.kind(function) != NodeKind::FunctionDef) return kNoNode;
  llvm::ArrayRef<NodeId> body = tree.children(tree.child(function, 1));
  if (body.empty() || tree.kind(body[0]) != NodeKind::ExprStmt || tree.kind(tree.child(body[0], 0)) != NodeKind::Str) return kNoNode;
  return tree.child(body[0], 0);
}

std::optional<DType> DTypeOfTensorClass(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<DType>>(name)
      .Cases("Tensor", "Parameter", "TensorType", "TensorLike", DType::Unknown)
      .Case("FloatTensor", DType::F32)
      .Case("LongTensor", DType::I64)
      .Case("IntTensor", DType::I32)
      .Case("BoolTensor", DType::Bool)
      .Default(std::nullopt);
}

// jaxtyping's classes of dtypes; the dtype is the usual one of those it stands for.
std::optional<DType> DTypeOfShapedClass(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<DType>>(name)
      .Cases("Float", "Float32", DType::F32)
      .Case("Float16", DType::F16)
      .Case("BFloat16", DType::BF16)
      .Case("Float64", DType::F64)
      .Cases("Int", "Int64", "Integer", DType::I64)
      .Case("Int32", DType::I32)
      .Case("UInt8", DType::U8)
      .Case("Bool", DType::Bool)
      .Cases("Shaped", "Num", "Inexact", "Real", "Key", DType::Unknown)
      .Default(std::nullopt);
}

// "batch 3 h w" of jaxtyping; nothing where it leaves the rank open.
std::optional<llvm::SmallVector<Dim, 6>> ShapeString(llvm::StringRef text) {
  llvm::SmallVector<Dim, 6> sizes;
  llvm::SmallVector<llvm::StringRef, 6> parts;
  text.split(parts, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) {
    if (part.starts_with("...") || part.starts_with("*")) return std::nullopt;
    part = part.rsplit('=').second.empty() ? part : part.rsplit('=').second;
    int64_t number = 0;
    bool word = llvm::all_of(part, [](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (!part.getAsInteger(10, number)) sizes.push_back(Dim(number));
    else sizes.push_back(word && part != "_" ? Dim::Named(Intern(part)) : Dim::Unknown());
  }
  if (sizes.size() > Evidence::kMaxRank) return std::nullopt;
  return sizes;
}

}  // namespace

// A value of the class that an annotation names: built from its defaults, and what these lack from annotations again.
Value Interp::MakeAnnotated(ClassObj* cls, int depth) {
  if (cls->is_nn_module || cls->is_enum || cls->native != Native::None || cls->is_exception || cls->unknown_base || depth > kMaxDepth) return Lost("an argument of an entry point");
  // What is in a container of a class of its own is not known; an empty one would be.
  if (cls->payload != Native::None) return Lost("an argument of an entry point");
  Value init = FindInClass(cls, N().init);
  Args arguments;
  if (init.is(Kind::Function)) arguments = SymbolicArguments(As<FunctionObj>(init), false, depth + 1);
  Uncertain scope(*this);
  // What a class passes on to its bases has defaults as a rule; where it does not, the bases may get more than is written.
  bool passes_on = std::exchange(arguments.open, false);
  mode_.made_up |= passes_on;
  Value made = Instantiate(cls, arguments);
  if (made.raised() && passes_on) {
    ClearException();
    arguments.open = true;
    made = Instantiate(cls, arguments);
  }
  if (!made.raised()) return made;
  ClearException();
  return Lost("an argument of an entry point");
}

// The annotations of the script's parameters and class variables, by name.
void Interp::CollectHints() {
  const parse::Tree& tree = script_->unit->tree();
  auto note = [&](Symbol name, NodeId annotation) {
    if (tree.kind(annotation) == NodeKind::BinOp && tree.kind(tree.child(annotation, 1)) == NodeKind::NoneLiteral) annotation = tree.child(annotation, 0);
    if (tree.kind(annotation) == NodeKind::Subscript && LastName(tree, tree.child(annotation, 0)) == "Optional") annotation = tree.child(annotation, 1);
    llvm::StringRef written = LastName(tree, annotation);
    auto same = [&](NodeId other) { return LastName(tree, other) == written; };
    if (!written.empty() && llvm::none_of(hints_[name], same)) hints_[name].push_back(annotation);
  };
  llvm::SmallVector<NodeId, 64> todo = {tree.root()};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (tree.kind(node) == NodeKind::Parameter && tree.child(node, 0) != kNoNode) note(tree.symbol(node), tree.child(node, 0));
    if (tree.kind(node) == NodeKind::ClassDef) {
      for (NodeId statement : tree.children(tree.child(node, 1))) {
        NodeKind kind = tree.kind(statement);
        if (kind != NodeKind::AnnAssign && kind != NodeKind::Assign) continue;
        bool annotated = kind == NodeKind::AnnAssign;
        NodeId target = tree.child(statement, annotated ? 0 : 1), said = tree.child(statement, annotated ? 1 : 0);
        if (tree.kind(target) != NodeKind::Name) continue;
        llvm::StringRef name = Text(tree.symbol(target));
        // `config: BertConfig`, `config_class = BertConfig`
        if (annotated || name.consume_back("_class")) note(Intern(name), said);
      }
    }
    for (NodeId child : tree.children(node)) {
      if (child != kNoNode) todo.push_back(child);
    }
  }
}

// The class that an annotation names, evaluated in `module`; null when it names none.
ClassObj* Interp::AnnotatedClass(const Unit& unit, ModuleObj* module, NodeId annotation) {
  Frame frame;
  frame.module = module;
  frame.env = module->env;
  frame.unit = &unit;
  frame.statement = annotation;
  frame.record_bindings = false;
  FrameScope scope(*this, frame);
  Uncertain uncertain(*this);
  Value value = Eval(annotation);
  if (value.raised()) ClearException();
  return value.is(Kind::Class) ? As<ClassObj>(value) : nullptr;
}

// The class of what the script calls `name` elsewhere: the same name means the same as a rule. Where several classes are
// written, the one that derives from all others; null when there is none.
ClassObj* Interp::HintedClass(Symbol name) {
  if (!std::exchange(hints_collected_, true)) CollectHints();
  auto found = hints_.find(name);
  if (found == hints_.end()) return nullptr;
  llvm::SmallVector<ClassObj*, 4> classes;
  for (NodeId annotation : found->second) classes.push_back(AnnotatedClass(*script_->unit, script_, annotation));
  if (llvm::is_contained(classes, nullptr)) return nullptr;
  for (ClassObj* cls : classes) {
    if (llvm::all_of(classes, [&](ClassObj* other) { return cls->DerivesFrom(other); })) return cls;
  }
  return nullptr;
}

// The value of a parameter without annotation, from what the same name is elsewhere: a variable of its class (`config:
// BertConfig`), in other functions of the file. Undefined when that says nothing.
Value Interp::FromHint(FunctionObj* function, Symbol name, int depth) {
  if (function->module != script_) return Value();
  ClassObj* hint = nullptr;
  for (ClassObj* cls : function->owner ? llvm::ArrayRef<ClassObj*>(function->owner->mro) : llvm::ArrayRef<ClassObj*>()) {
    if (!cls->module || !cls->module->unit || cls->definition == kNoNode || hint) continue;
    const parse::Tree& tree = cls->module->unit->tree();
    for (NodeId statement : tree.children(tree.child(cls->definition, 1))) {
      bool names = tree.kind(statement) == NodeKind::AnnAssign && tree.kind(tree.child(statement, 0)) == NodeKind::Name && tree.symbol(tree.child(statement, 0)) == name;
      if (names) hint = AnnotatedClass(*cls->module->unit, cls->module, tree.child(statement, 1));
    }
  }
  if (Value cls = function->owner ? FindInClass(function->owner, Intern((Text(name) + "_class").str())) : Value(); !hint && cls.is(Kind::Class)) hint = As<ClassObj>(cls);
  bool elsewhere = !hint;
  if (elsewhere) hint = HintedClass(name);
  Value value = hint ? MakeAnnotated(hint, depth) : Value();
  if (!value.is(Kind::Instance)) return Value();
  mode_.made_up |= elsewhere;
  return value;
}

// A number, a text or a tensor by the name of its type. Undefined for other types.
Value Interp::FromTypeName(llvm::StringRef type, Symbol name) {
  if (type == "int") return Value::Int(Dim::Named(name));
  if (type == "float") return Value::SomeFloat();
  if (type == "bool") return Value::SomeBool();
  if (type == "str") return Value::SomeStr();
  std::optional<DType> dtype = DTypeOfTensorClass(type);
  return dtype ? NewRoot(name, *dtype) : Value();
}

// The value that an annotation describes; `unit` holds it. Undefined when it says nothing.
Value Interp::FromAnnotation(const Unit& unit, ModuleObj* module, Symbol name, NodeId annotation, int depth) {
  const parse::Tree& tree = unit.tree();
  if (annotation == kNoNode || depth > kMaxDepth) return Value();
  switch (tree.kind(annotation)) {
    case NodeKind::Str: {
      std::string text = parse::DecodeString(unit.content(), tree, annotation);
      return FromTypeText(text, name, module, depth);
    }
    case NodeKind::Name:
    case NodeKind::Attribute: {
      llvm::StringRef type = LastName(tree, annotation);
      if (Value plain = FromTypeName(type, name); plain.defined()) return plain;
      // `List` alone holds anything.
      bool container = llvm::StringSwitch<bool>(type).Cases("List", "list", "Sequence", "Iterable", "Tuple", "tuple", "Dict", "dict", true).Default(false);
      if (container) return MakeGeneric(type, 0, /*open=*/true, [](size_t) { return Value(); });
      ClassObj* cls = AnnotatedClass(unit, module, annotation);
      if (!cls) return Value();
      // A base class is written where one of those derived from it is meant.
      ClassObj* hint = module == script_ ? HintedClass(name) : nullptr;
      mode_.made_up |= hint && hint != cls && hint->DerivesFrom(cls);
      return MakeAnnotated(hint && hint->DerivesFrom(cls) ? hint : cls, depth);
    }
    case NodeKind::BinOp: {
      // X | None, Tensor | list: the first alternative that is something.
      Value first = FromAnnotation(unit, module, name, tree.child(annotation, 0), depth + 1);
      return first.defined() && !first.unknown() && !first.is(Kind::None) ? first : FromAnnotation(unit, module, name, tree.child(annotation, 1), depth + 1);
    }
    case NodeKind::Subscript: return FromGeneric(unit, module, name, annotation, depth);
    default: return Value();
  }
}

Value Interp::FromGeneric(const Unit& unit, ModuleObj* module, Symbol name, NodeId annotation, int depth) {
  const parse::Tree& tree = unit.tree();
  llvm::StringRef generic = LastName(tree, tree.child(annotation, 0));
  NodeId index = tree.child(annotation, 1);
  llvm::SmallVector<NodeId, 4> parts;
  if (tree.kind(index) == NodeKind::Tuple) parts.append(tree.children(index).begin(), tree.children(index).end());
  else parts.push_back(index);
  if (std::optional<DType> dtype = DTypeOfShapedClass(generic); dtype && parts.size() == 2 && tree.kind(parts[1]) == NodeKind::Str) {
    Value value = NewRoot(name, *dtype);
    if (auto sizes = ShapeString(parse::DecodeString(unit.content(), tree, parts[1]))) DeclareShape(value, *sizes);
    return value;
  }
  bool open = parts.size() == 2 && tree.kind(parts[1]) == NodeKind::EllipsisLiteral;
  return MakeGeneric(generic, parts.size(), open, [&](size_t i) { return FromAnnotation(unit, module, name, parts[i], depth + 1); });
}

// A value of the type `generic[...]` of `count` parts; `open`: a tuple of any length.
Value Interp::MakeGeneric(llvm::StringRef generic, size_t count, bool open, llvm::function_ref<Value(size_t)> type) {
  auto part = [&](size_t i) {
    Value value = i < count ? type(i) : Value();
    return value.defined() ? value : Lost("an argument of an entry point");
  };
  // Several elements are not one size, and not one tensor.
  auto element = [&](size_t i) {
    Value value = part(i);
    if (value.is(Kind::Tensor) && As<TensorObj>(value)->lineage.root != 0) roots_[As<TensorObj>(value)->lineage.root - 1].element = true;
    return value.is(Kind::Int) ? Value::SomeInt() : value;
  };
  if (generic == "Optional" || generic == "Annotated" || generic == "Final") return part(0);
  if (generic == "Union") {
    for (size_t i = 0; i < count; ++i) {
      if (Value value = part(i); !value.unknown()) return value;
    }
    return Value();
  }
  bool list = llvm::StringSwitch<bool>(generic).Cases("List", "list", "Sequence", "Iterable", "Collection", "MutableSequence", true).Default(false);
  bool tuple = generic == "Tuple" || generic == "tuple";
  if (list || (tuple && open)) {
    Value value = NewList({element(0)}, list ? Kind::List : Kind::Tuple);
    As<ListObj>(value)->open = true;
    return value;
  }
  if (tuple) {
    llvm::SmallVector<Value, 4> items;
    for (size_t i = 0; i < count; ++i) items.push_back(element(i));
    return NewTuple(items);
  }
  if (generic == "Dict" || generic == "dict" || generic == "Mapping" || generic == "OrderedDict") {
    DictObj* dict = NewDict();
    DictSet(dict, Value::SomeStr(), element(1));
    dict->open = true;
    return Value::Obj(dict);
  }
  return Value();
}

// An argument of the entry, with what the runs before taught of it.
Value Interp::NewRoot(Symbol name, DType dtype) {
  bool fresh = next_root_ == roots_.size() || roots_[next_root_].item;
  if (fresh) {
    roots_.emplace(roots_.begin() + next_root_);
    if (next_root_ < pass_.before.size()) pass_.before.emplace(pass_.before.begin() + next_root_);
  }
  Root& root = roots_[next_root_++];
  root.name = name;
  if (fresh && dtype != DType::Unknown) {
    root.likely.SetDType(dtype);
    if (!shape::IsFloating(dtype)) root.sure.SetDType(dtype);
  }
  return RootTensor(root);
}

// The item at `index` of a list that is an argument, whose `any` element is given: one tensor at each index. Undefined when
// that is no element of an argument.
Value Interp::ArgumentItem(const Value& any, int64_t index) {
  if (roots_.empty() || !any.is(Kind::Tensor) || As<TensorObj>(any)->lineage.root == 0) return Value();
  const Root& element = roots_[As<TensorObj>(any)->lineage.root - 1];
  if (!element.element || element.object != any.object) return Value();
  Symbol name = Intern(Text(element.name).str() + "[" + std::to_string(index) + "]");
  ++unsummarised_;
  auto root = llvm::find_if(roots_, [&](const Root& each) { return each.item && each.name == name; });
  if (root != roots_.end() && root->object) return Value::Obj(root->object);
  if (root == roots_.end()) {
    roots_.emplace_back().name = name;
    root = roots_.end() - 1;
    root->item = true;
  }
  return RootTensor(*root);
}

void Interp::ForgetItems() {
  for (Root& root : roots_) {
    if (root.item) root.object = nullptr;
  }
}

Value Interp::RootTensor(Root& root) {
  size_t number = &root - roots_.data() + 1;
  constexpr uint32_t kRootScope = 0x60000000;
  uint32_t scope = mode_.names_apart ? kRootScope + static_cast<uint32_t>(number) : 0;
  Value value = NewTensor(mode_.guessing ? root.likely.Type(/*likely=*/true, scope) : root.sure.Type(/*likely=*/false, scope));
  root.object = As<TensorObj>(value);
  root.leaked = false;
  root.object->refinable = true;
  root.object->lineage = {static_cast<uint16_t>(number), 0, true, true, true};
  return value;
}

// The user declared this shape.
void Interp::DeclareShape(const Value& tensor, llvm::ArrayRef<Dim> sizes) {
  Root& root = roots_[As<TensorObj>(tensor)->lineage.root - 1];
  for (Evidence* evidence : {&root.sure, &root.likely}) {
    evidence->Narrow(static_cast<uint8_t>(1u << sizes.size()));
    for (size_t i = 0; i < sizes.size(); ++i) evidence->SetSize(static_cast<int>(i), sizes[i], /*required=*/true);
  }
  As<TensorObj>(tensor)->type = root.sure.Type(false);
}

namespace {

// Whether the index of a subscript is one that only tensors take: `[:, 2]`, `[..., 0]`, `[:, None]`.
bool IsTensorIndex(const parse::Tree& tree, NodeId index) {
  auto special = [&](NodeId part) {
    NodeKind kind = part == kNoNode ? NodeKind::Error : tree.kind(part);
    return kind == NodeKind::Slice || kind == NodeKind::EllipsisLiteral || kind == NodeKind::NoneLiteral;
  };
  return tree.kind(index) == NodeKind::Tuple && llvm::any_of(tree.children(index), special);
}

// Whether the function uses the parameter as a tensor: `x.shape`, `x.view(...)`, `torch.cat(x)`, `x[:, 2]`.
bool UsedAsTensor(const Unit& unit, NodeId function, Symbol name) {
  const parse::Tree& tree = unit.tree();
  llvm::SmallVector<NodeId, 64> todo = {tree.child(function, 1)};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (tree.kind(node) == NodeKind::Attribute && tree.kind(tree.child(node, 0)) == NodeKind::Name && tree.symbol(tree.child(node, 0)) == name) {
      llvm::StringRef attribute = Text(tree.symbol(node));
      // Names that strings and containers have too say nothing.
      bool common = llvm::StringSwitch<bool>(attribute).Cases("split", "index", "count", "copy", "values", "indices", "sort", "index_copy", "data", "name", true).Default(false);
      if (!common && !attribute.starts_with("_") && ops::TensorHasAttribute(attribute)) return true;
    }
    if (tree.kind(node) == NodeKind::Subscript && tree.kind(tree.child(node, 0)) == NodeKind::Name && tree.symbol(tree.child(node, 0)) == name) {
      if (IsTensorIndex(tree, tree.child(node, 1))) return true;
    }
    if (tree.kind(node) == NodeKind::Call && tree.children(node).size() > 1 && tree.kind(tree.child(node, 0)) == NodeKind::Attribute) {
      NodeId callee = tree.child(node, 0), first = tree.child(node, 1);
      bool of_torch = tree.kind(tree.child(callee, 0)) == NodeKind::Name && (Text(tree.symbol(tree.child(callee, 0))) == "torch" || Text(tree.symbol(tree.child(callee, 0))) == "F");
      bool takes_tensor = of_torch && ops::TensorHasAttribute(Text(tree.symbol(callee)));
      if ((takes_tensor || (of_torch && Text(tree.symbol(tree.child(callee, 0))) == "F")) && tree.kind(first) == NodeKind::Name && tree.symbol(first) == name) return true;
    }
    for (NodeId child : tree.children(node)) {
      if (child != kNoNode) todo.push_back(child);
    }
  }
  return false;
}

// Whether the function unpacks the parameter: `a, b, c = batch` is a tuple as a rule.
bool Unpacked(const Unit& unit, NodeId function, Symbol name) {
  const parse::Tree& tree = unit.tree();
  llvm::SmallVector<NodeId, 64> todo = {tree.child(function, 1)};
  while (!todo.empty()) {
    NodeId node = todo.pop_back_val();
    if (tree.kind(node) == NodeKind::Assign) {
      NodeId value = tree.child(node, 0);
      bool to_tuple = llvm::any_of(tree.children(node).drop_front(), [&](NodeId target) { return tree.kind(target) == NodeKind::Tuple; });
      if (to_tuple && tree.kind(value) == NodeKind::Name && tree.symbol(value) == name) return true;
    }
    for (NodeId child : tree.children(node)) {
      if (child != kNoNode) todo.push_back(child);
    }
  }
  return false;
}

}  // namespace

Value Interp::SymbolicArgument(FunctionObj* function, size_t index, bool tensors, int depth) {
  const Unit& unit = *function->module->unit;
  const ParameterInfo& parameter = function->info->parameters[index];
  size_t first = next_root_;
  Value value = parameter.annotation != kNoNode ? FromAnnotation(unit, function->module, parameter.name, parameter.annotation, depth) : FromHint(function, parameter.name, depth);
  if (!value.defined() && parameter.annotation == kNoNode) value = FromTypeText(CommentedType(unit, function->node, index), parameter.name, function->module, depth);
  if (!value.defined() && parameter.annotation == kNoNode && Unpacked(unit, function->node, parameter.name)) return Lost("an argument that is unpacked");
  if (!value.defined() && parameter.annotation == kNoNode && (tensors || UsedAsTensor(unit, function->node, parameter.name))) value = NewRoot(parameter.name, DType::Unknown);
  NodeId documented = Docstring(unit.tree(), function->node);
  if (documented != kNoNode && value.is(Kind::Tensor) && next_root_ == first + 1) {
    Evidence& likely = roots_[first].likely;
    if (function->module == script_) NoteExecuted(documented);
    if (auto sizes = DocumentedSizes(unit.content().slice(unit.tree().start(documented), unit.tree().end(documented)), Text(parameter.name))) {
      likely.Suggest(sizes->size());
      for (size_t i = 0; i < sizes->size(); ++i) likely.SetSize(static_cast<int>(i), (*sizes)[i], /*required=*/false);
    }
  }
  if (value.defined()) return value;
  if (parameter.annotation != kNoNode && depth > 1) return Lost("an argument of an entry point");
  Value guess = Value::Int(Dim::Named(parameter.name));
  guess.flags |= Value::kGuess;
  return guess;
}

// Arguments for a call of `function`, with the first parameter (self) left out when it is a method. `tensors`: arguments
// that say nothing else are tensors.
Args Interp::SymbolicArguments(FunctionObj* function, bool tensors, int depth) {
  Args args;
  bool positional = true, any_tensor = false;
  const std::vector<ParameterInfo>& parameters = function->info->parameters;
  // `*dims` alone are the class's own; with `**kwargs` they are what it passes on.
  auto has = [&](ParameterKind kind) { return llvm::any_of(parameters, [&](const ParameterInfo& parameter) { return parameter.kind == kind; }); };
  args.open_rest = has(ParameterKind::VarArgs) && !has(ParameterKind::KwArgs);
  for (size_t i = function->owner || depth > 0 ? 1 : 0; i < parameters.size(); ++i) {
    const ParameterInfo& parameter = parameters[i];
    bool rest = parameter.kind == ParameterKind::VarArgs || parameter.kind == ParameterKind::KwArgs;
    // What a class passes on to its bases is theirs to know.
    args.open |= rest;
    if (rest) continue;
    bool with_default = function->defaults[i].defined();
    size_t before = next_root_;
    Value value;
    if (!with_default || (function->defaults[i].is(Kind::None) && parameter.annotation != kNoNode)) value = SymbolicArgument(function, i, tensors && !with_default, depth);
    if (with_default) {
      // forward(input_ids=None, ...) must be given one of them: the first is meant. The others keep their place among the
      // arguments, for calls that are given more.
      bool optional = value.is(Kind::Tensor), given = optional && tensors && !any_tensor;
      if (!optional) next_root_ = before;
      if (optional && !given && depth == 0) given = mode_.extra == EntryMode::kAllTensors || static_cast<int>(mode_.optional_tensors++) == mode_.extra;
      if (!given) {
        positional = false;
        bool left_out = tensors && depth == 0 && function->defaults[i].is(Kind::None);
        mode_.leaves_out |= left_out;
        if (left_out && mode_.gives_all) args.keywords.emplace_back(parameter.name, Lost("an argument that may be left out"));
        continue;
      }
    }
    any_tensor |= value.is(Kind::Tensor) || value.is(Kind::List) || value.is(Kind::Tuple);
    if (parameter.kind == ParameterKind::KeywordOnly || !positional) args.keywords.emplace_back(parameter.name, value);
    else args.positional.push_back(value);
  }
  return args;
}

}  // namespace trident::eval
