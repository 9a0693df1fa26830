// The bridge to core/ops: tensors, operators, dtypes.
#include "core/eval/interp.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

namespace trident::eval {

using ops::Result;

Value Interp::NewTensor(shape::TensorType type) {
  auto* tensor = heap_.New<TensorObj>();
  tensor->type = type;
  tensor->node = NextNode();
  Place place = Here();
  tensor->origin_unit = place.unit;
  tensor->origin_node = place.node;
  return Value::Obj(tensor);
}

ops::Value Interp::ToOps(const Value& value, int depth) {
  using V = ops::Value;
  V out;
  switch (value.kind) {
    case Kind::None: return V::MakeNone();
    case Kind::Bool: return value.some() ? V::MakeSomeBool() : V::MakeBool(value.truth_bit());
    case Kind::Int: return V::MakeInt(value.dim());
    case Kind::Float: return value.some() ? V::MakeSomeFloat() : V::MakeFloat(value.number);
    case Kind::Complex: out.kind = V::Kind::Complex; return out;
    case Kind::Str:
      if (value.some()) return V::MakeSomeStr();
      return V::MakeStr(value.text());
    case Kind::DType: return V::MakeDType(value.dtype());
    case Kind::Device:
      out.kind = V::Kind::Device;
      out.text = value.text().str();
      return out;
    case Kind::Ellipsis: out.kind = V::Kind::Ellipsis; return out;
    case Kind::Tensor:
      out = V::MakeTensor(As<TensorObj>(value)->type);
      out.contents = As<TensorObj>(value)->contents;
      return out;
    case Kind::Iterator:
    case Kind::Range:
    case Kind::List:
    case Kind::Tuple: {
      llvm::SmallVector<Value, 8> items;
      bool open = false;
      if (value.is(Kind::List) || value.is(Kind::Tuple)) {
        items.assign(As<ListObj>(value)->items.begin(), As<ListObj>(value)->items.end());
        open = As<ListObj>(value)->open;
      } else if (!Iterate(value, items, open)) {
        ClearException();
        return V::MakeUnknown();
      }
      out.kind = value.is(Kind::Tuple) ? V::Kind::Tuple : V::Kind::List;
      out.length_known = !open;
      if (open || depth > 6) {
        out.length_known = false;
        if (items.size() == 1 && depth <= 6) out.elements.push_back(ToOps(items[0], depth + 1));
        return out;
      }
      for (const Value& item : items) out.elements.push_back(ToOps(item, depth + 1));
      return out;
    }
    case Kind::Slice: {
      auto* slice = As<SliceObj>(value);
      out.kind = V::Kind::Slice;
      out.elements = {ToOps(slice->start, depth + 1), ToOps(slice->stop, depth + 1), ToOps(slice->step, depth + 1)};
      return out;
    }
    case Kind::Instance: {
      auto* instance = As<InstanceObj>(value);
      if (instance->payload.defined() && (!instance->cls->is_enum || instance->cls->payload != Native::None)) {
        out = ToOps(instance->payload, depth + 1);
        out.is_array = instance->cls->from_prelude && instance->cls->name == N().row;
        return out;
      }
      // An array of numpy, as the prelude describes it.
      if (const Value* tensor = instance->cls->from_prelude ? instance->attributes.Find(N().array_tensor) : nullptr) return ToOps(*tensor, depth + 1);
      if (instance->cls->unknown_base || instance->cls->from_prelude || instance->open) return V::MakeUnknown();
      out.kind = V::Kind::Opaque;
      out.text = Text(instance->cls->name).str();
      return out;
    }
    case Kind::Function:
    case Kind::Module:
    case Kind::Dict:
      out.kind = V::Kind::Opaque;
      out.text = Text(TypeOf(value)->name).str();
      return out;
    case Kind::Class: {
      // A Python type where a dtype is expected: float, int, bool.
      Native native = As<ClassObj>(value)->native;
      if (native == Native::Float) return V::MakeDType(shape::DType::F64);
      if (native == Native::Int) return V::MakeDType(shape::DType::I64);
      if (native == Native::Bool) return V::MakeDType(shape::DType::Bool);
      return V::MakeUnknown();
    }
    case Kind::Operator:
      // torch.FloatTensor makes tensors, and names their type in x.type().
      if (llvm::StringRef name = Text(As<OperatorObj>(value)->name); name.ends_with("Tensor") && !As<OperatorObj>(value)->self.defined()) {
        out.kind = V::Kind::Opaque;
        out.text = name.str();
        return out;
      }
      return V::MakeUnknown();
    default: return V::MakeUnknown();
  }
}

Value Interp::FromOps(const ops::Value& value) {
  using K = ops::Value::Kind;
  switch (value.kind) {
    case K::None: return Value::None();
    case K::Bool: return value.known ? Value::Bool(value.dim != shape::Dim(0)) : Value::SomeBool();
    case K::Int: return Value::Int(value.dim);
    case K::Float: return value.known ? Value::Float(value.number) : Value::SomeFloat();
    case K::Complex: return Value::Of(Kind::Complex);
    case K::Str: return Value::Str(value.text);
    case K::DType: return Value::DType(value.dtype);
    case K::Device: return Value::Device(value.text);
    case K::Tensor: {
      Value tensor = NewTensor(value.tensor);
      As<TensorObj>(tensor)->contents = value.contents;
      return tensor;
    }
    case K::Tuple:
    case K::List: {
      llvm::SmallVector<Value, 8> items;
      for (const ops::Value& element : value.elements) items.push_back(FromOps(element));
      Value list = NewList(items, value.kind == K::Tuple ? Kind::Tuple : Kind::List);
      As<ListObj>(list)->open = !value.length_known;
      As<ListObj>(list)->names = value.names;
      return list;
    }
    default: return Lost("a value a torch operator returns");
  }
}

namespace {

shape::TensorType Contiguous(shape::Shape shape, shape::DType dtype) {
  shape::TensorType type;
  type.shape = shape;
  type.dtype = dtype;
  type.contiguity = shape::Contiguity::Yes;
  return type;
}

void CollectTensors(const Value& value, llvm::SmallVectorImpl<TensorObj*>& out, int depth = 0) {
  if (value.is(Kind::Tensor)) {
    out.push_back(As<TensorObj>(value));
  } else if ((value.is(Kind::List) || value.is(Kind::Tuple)) && depth < 4) {
    for (const Value& item : As<ListObj>(value)->items) CollectTensors(item, out, depth + 1);
  }
}

bool HoldsGuess(const Value& value, int depth) {
  if (value.guess()) return true;
  if ((!value.is(Kind::List) && !value.is(Kind::Tuple)) || depth > 4) return false;
  return llvm::any_of(As<ListObj>(value)->items, [&](const Value& item) { return HoldsGuess(item, depth + 1); });
}

}  // namespace

// "25088 = 512 * 7 * 7" of a size into which the operator at the tensor's origin merged axes, and what would leave the
// first of them alone; the size itself where none did.
std::string Interp::MadeOf(const TensorObj* tensor, shape::Dim size, llvm::ArrayRef<shape::Dim> wanted) {
  constexpr size_t kWindow = 64;
  const parse::Tree& tree = tensor->origin_unit->tree();
  const std::vector<graph::Node>& nodes = outcome_.graph.nodes;
  for (size_t i = nodes.size(); size.is_constant() && i-- > 0 && i + kWindow >= nodes.size();) {
    const graph::Node& node = nodes[i];
    bool here = node.unit < graph_units_.size() && graph_units_[node.unit] == tensor->origin_unit && node.start == tree.start(tensor->origin_node) && node.end == tree.end(tensor->origin_node);
    if (!here || node.inputs.empty() || !node.inputs[0].type.shape.rank_known()) continue;
    llvm::ArrayRef<shape::Dim> dims = node.inputs[0].type.shape.dims();
    // What is merged is most often what is last: of 4 images, 64 * 4 * 4 are flattened.
    for (size_t first = dims.size(); first-- > 0;) {
      if (dims[first] == shape::Dim(1)) continue;
      shape::Dim product = dims[first];
      std::string text = size.ToString() + " = " + dims[first].ToString();
      for (size_t end = first + 1; end < dims.size(); ++end) {
        product = product * dims[end];
        text += " * " + dims[end].ToString();
        if (product != size || size == dims[first]) continue;
        bool images = first == 1 && dims.size() == 4 && end == 3 && llvm::is_contained(wanted, dims[first]);
        return text + (images ? ", 1x1 images would give " + dims[first].ToString() + "," : "");
      }
    }
  }
  return size.ToString();
}

// Whether an operator that fails in an entry may fail because of how it was entered: nobody calls it so.
bool Interp::ProvesNothingInEntry(const ops::Error& error, llvm::ArrayRef<Value> inputs) const {
  llvm::StringRef slug = error.slug;
  // Defaults such as None stand for what real callers give: sizes that clash say something, kinds of arguments do not.
  if (slug == "argument-type" || slug == "argument-length" || slug == "dtype-mismatch") return true;
  // So do those of -1 and 0, which are sizes of nothing.
  if (constructing_ && slug == "negative-size") return true;
  // `text.split()` of an argument of which nothing is known yet: it may be no tensor.
  bool opaque = !inputs.empty() && inputs[0].is(Kind::Tensor) && !As<TensorObj>(inputs[0])->type.shape.rank_known() && As<TensorObj>(inputs[0])->type.dtype == shape::DType::Unknown;
  if (opaque && slug == "missing-argument") return true;
  auto is_empty_parameter = [](const Value& input) {
    return input.is(Kind::Tensor) && As<TensorObj>(input)->parameter && llvm::is_contained(As<TensorObj>(input)->type.shape.dims(), shape::Dim(0));
  };
  return llvm::any_of(inputs, is_empty_parameter);
}

// What is underlined and noted when an operator must fail: the sizes that clash and where each came from.
void Interp::ReportOperator(const ops::Error& error, llvm::ArrayRef<Value> inputs) {
  if (entering_ && ProvesNothingInEntry(error, inputs)) return;
  Problem problem;
  problem.slug = error.slug;
  problem.message = error.message;
  std::vector<Place> stack = Stack();
  if (stack.empty()) return;
  problem.unit = stack[0].unit;
  problem.node = stack[0].node;
  for (size_t i = 1; i < stack.size(); ++i) problem.stack.emplace_back(stack[i].unit, stack[i].node);
  llvm::SmallVector<TensorObj*, 8> tensors;
  for (const Value& input : inputs) CollectTensors(input, tensors);
  for (TensorObj* tensor : tensors) {
    if (!tensor->parameter) {
      problem.label = tensor->type.ToString();
      break;
    }
  }
  bool blames = error.blame >= 0 && static_cast<size_t>(error.blame) < inputs.size() && inputs[error.blame].is(Kind::Tensor);
  const TensorObj* blamed = blames ? As<TensorObj>(inputs[error.blame]) : nullptr;
  llvm::SmallVector<std::pair<const Unit*, parse::NodeId>, 4> noted;
  for (shape::Dim size : error.sizes) {
    if (size.is_constant()) problem.sizes.push_back(size.constant());
    auto holds = [&](TensorObj* tensor) { return tensor->origin_unit && !tensor->origin_unit->prelude && llvm::is_contained(tensor->type.shape.dims(), size); };
    // Of tensors that have both sizes of a clash, the argument to blame is the side of the last: a weight of 96 channels, an input of 16 with 96 features.
    auto is_own = [&](TensorObj* tensor) {
      bool both = llvm::any_of(error.sizes, [&](shape::Dim other) { return other != size && llvm::is_contained(tensor->type.shape.dims(), other); });
      return holds(tensor) && (!both || (blamed && (tensor == blamed) == (size == error.sizes.back())));
    };
    bool known = llvm::any_of(tensors, is_own);
    for (TensorObj* tensor : tensors) {
      if (known ? !is_own(tensor) : !holds(tensor)) continue;
      std::pair<const Unit*, parse::NodeId> origin = {tensor->origin_unit, tensor->origin_node};
      if (llvm::is_contained(noted, origin) || (origin.first == problem.unit && origin.second == problem.node)) continue;
      noted.push_back(origin);
      problem.notes.push_back({origin.first, origin.second, MadeOf(tensor, size, error.sizes) + " comes from here", /*quotes=*/true});
      break;
    }
  }
  Report(std::move(problem));
}

Value Interp::Finish(const Result& result, llvm::StringRef op_name, llvm::ArrayRef<Value> inputs, llvm::ArrayRef<Symbol> keywords) {
  switch (result.status) {
    case Result::Status::Ok: {
      int writes = result.writes >= 0 ? result.writes : AskedInPlace(op_name, inputs, keywords) ? 0 : -1;
      if (writes >= 0 && static_cast<size_t>(writes) < inputs.size() && inputs[writes].is(Kind::Tensor) && result.value.is_tensor()) {
        const Value& target = inputs[writes];
        auto* tensor = As<TensorObj>(target);
        if (!(tensor->type == result.value.tensor)) {
          heap_.WillWrite(tensor);
          tensor->type = result.value.tensor;
        }
        tensor->contents.clear();
        RecordNode(op_name, inputs, target, keywords, writes);
        return target;
      }
      Value value = FromOps(result.value);
      RecordNode(op_name, inputs, value, keywords);
      if (value.is(Kind::Tensor) && !As<TensorObj>(value)->type.shape.rank_known()) As<TensorObj>(value)->gap = GapOf(inputs);
      return value;
    }
    case Result::Status::Unknown:
      for (const Value& input : inputs) {
        if (input.unknown()) return input;
      }
      return Lost(result.reason.empty() ? llvm::StringRef("an operator Trident has no rule for") : llvm::StringRef(result.reason));
    case Result::Status::Error: break;
  }
  for (const char* name : {"RuntimeError", "TypeError", "ValueError", "IndexError"}) {
    if (WouldBeCaught(name)) return Raise(name, result.error.message, result.error.slug);
  }
  NoteCertaintyAsked();
  mode_.hidden_errors += mode_.guessing && uncertain_ == mode_.guess_level;
  misused_ += llvm::StringRef(result.error.slug) == "argument-type";
  // An argument that was only guessed to be a number proves nothing.
  if (!uncertain() && !llvm::any_of(inputs, [](const Value& input) { return HoldsGuess(input, 0); })) ReportOperator(result.error, inputs);
  return Lost("an operation that fails");
}

static bool TakesData(llvm::StringRef op) { return op == "torch.tensor" || op == "torch.as_tensor" || op == "torch.asarray"; }

Value Interp::CallOperator(OperatorObj* op, const Args& args) {
  if (op->op == ops::kNoOp || args.open) return Lost(("no rule for " + Text(op->name)).str());
  llvm::SmallVector<Value, 8> inputs;
  if (op->self.defined()) inputs.push_back(op->self);
  inputs.append(args.positional.begin(), args.positional.end());
  std::vector<ops::Argument> arguments;
  arguments.reserve(inputs.size() + args.keywords.size());
  for (const Value& input : inputs) arguments.push_back({"", ToOps(input)});
  // An argument of an entry that nothing tells apart from a number may as well be a list of them.
  if (!inputs.empty() && inputs[0].guess() && TakesData(Text(op->name))) arguments[0].value = ops::Value::MakeUnknown();
  llvm::SmallVector<Symbol, 4> keywords;
  for (const auto& [name, value] : args.keywords) {
    arguments.push_back({Text(name), ToOps(value)});
    inputs.push_back(value);
    keywords.push_back(name);
  }
  llvm::StringRef short_name = Text(op->name).rsplit('.').second;
  Lineage lineage;
  if (!roots_.empty()) {
    llvm::SmallVector<Slot, 8> slots;
    for (size_t i = 0; i < inputs.size(); ++i) CollectSlots(inputs[i], arguments[i].value, slots);
    lineage = Learn(short_name, slots, arguments, [&] { return ops::Call(op->op, arguments); });
  }
  Value value = Finish(ops::Call(op->op, arguments), Text(op->name), inputs, keywords);
  if (value.raised()) return value;
  Warn(short_name, inputs, args, value);
  Inherit(value, lineage);
  if (short_name == "size" && value.is(Kind::Tuple) && op->self.is(Kind::Tensor)) {
    As<ListObj>(value)->is_size = true;
    As<ListObj>(value)->shape_of = As<TensorObj>(op->self);
  }
  NameInferredSize(short_name, inputs, value);
  return Fold(short_name, inputs, args, value);
}

// `x.view(-1, 64)` of an argument of unknown shape: the size that -1 stands for is the batch's, N.
void Interp::NameInferredSize(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Value& result) {
  bool reshapes = op == "view" || op == "reshape";
  if (!reshapes || !result.is(Kind::Tensor) || inputs.size() < 2 || !inputs[0].is(Kind::Tensor)) return;
  auto *input = As<TensorObj>(inputs[0]), *output = As<TensorObj>(result);
  if (!input->refinable || input->type.shape.numel().is_constant() || !output->type.shape.rank_known()) return;
  llvm::SmallVector<shape::Dim, 6> dims(output->type.shape.dims().begin(), output->type.shape.dims().end());
  if (dims.size() + 1 != inputs.size() || llvm::count_if(dims, [](shape::Dim dim) { return dim.is_unknown(); }) != 1) return;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i].is_unknown() && inputs[i + 1].AsInt() == -1) dims[i] = shape::Dim::Named(Intern("N"));
  }
  output->type.shape = shape::Shape::Of(dims);
}

Value Interp::TorchAttribute(llvm::StringRef module, Symbol name) {
  llvm::StringRef text = Text(name);
  if (module == "torch") {
    if (std::optional<shape::DType> dtype = shape::FromTorchName(text)) return Value::DType(*dtype);
    Native native = llvm::StringSwitch<Native>(text).Case("Tensor", Native::Tensor).Case("Size", Native::Size).Case("device", Native::Device)
                        .Case("dtype", Native::DType).Default(Native::None);
    if (native != Native::None) return Value::Obj(NativeClass(native));
    if (text == "inf") return Value::Float(INFINITY);
    if (text == "nan") return Value::Float(NAN);
    if (text == "pi") return Value::Float(M_PI);
    if (text == "e") return Value::Float(M_E);
    if (text == "newaxis") return Value::None();
  }
  std::string qualified = (module + "." + text).str();
  ops::OpId id = ops::Find(qualified);
  if (id == ops::kNoOp && !ops::IsTorchName(qualified)) return Value();
  auto* op = heap_.New<OperatorObj>();
  op->name = Intern(qualified);
  op->op = id;
  return Value::Obj(op);
}

Value Interp::TensorAttribute(const Value& tensor, Symbol name) {
  llvm::StringRef text = Text(name);
  std::string qualified = ("torch.Tensor." + text).str();
  ops::OpId id = ops::Find(qualified);
  if (id != ops::kNoOp) {
    auto* op = heap_.New<OperatorObj>();
    op->name = Intern(qualified);
    op->op = id;
    op->self = tensor;
    return Value::Obj(op);
  }
  auto* object = As<TensorObj>(tensor);
  if (text == "requires_grad") return object->refinable ? Value::SomeBool() : Value::Bool(object->requires_grad);
  if (text == "grad" || text == "grad_fn") return Lost("the gradient of a tensor");
  if (text == "data") return tensor;
  if (text == "__class__") return Value::Obj(TypeOf(tensor));
  Result result = ops::TensorAttribute(ToOps(tensor), text);
  if (result.status == Result::Status::Ok) {
    Value value = FromOps(result.value);
    if (value.is(Kind::Tuple) && (text == "shape")) {
      As<ListObj>(value)->is_size = true;
      As<ListObj>(value)->shape_of = object;
    }
    if (value.is(Kind::Tensor)) {
      RecordNode(qualified, {tensor}, value);
      outcome_.graph.nodes.back().attribute = true;
      // T, mT, real, data: of the same rank. The parts of a complex tensor have another dtype.
      const Lineage& whole = object->lineage;
      bool part = name == Intern("real") || name == Intern("imag");
      if (whole.root != 0) Inherit(value, {whole.root, whole.shift, false, whole.same_dtype && !part, whole.sure, whole.ranked});
    }
    return value;
  }
  if (result.status == Result::Status::Error) return Finish(result, qualified, {tensor});
  if (ops::TensorHasAttribute(text) || text.starts_with("_")) {
    auto* op = heap_.New<OperatorObj>();
    op->name = Intern(qualified);
    op->self = tensor;
    return Value::Obj(op);
  }
  if (object->refinable) return Lost("an attribute of an argument");
  // Made of what is not known: what stands for tensors (a traced value) may have attributes of its own.
  bool from_unknown = !object->type.shape.rank_known() && object->type.dtype == shape::DType::Unknown && object->lineage.root == 0;
  if (from_unknown) return Lost("an attribute of a tensor made of unknown values");
  return Raise("AttributeError", "'Tensor' object has no attribute '" + text.str() + "'", "no-attribute");
}

Value Interp::TensorOperator(llvm::StringRef op, const Value& left, const Value& right, bool in_place) {
  ops::Value a = ToOps(left), b = ToOps(right);
  if (in_place && left.is(Kind::Tensor)) {
    llvm::StringRef method = llvm::StringSwitch<llvm::StringRef>(op)
                                 .Case("+", "add_").Case("-", "sub_").Case("*", "mul_").Case("/", "div_").Case("//", "floor_divide_").Case("%", "remainder_")
                                 .Case("**", "pow_").Case("&", "bitwise_and_").Case("|", "bitwise_or_").Case("^", "bitwise_xor_").Default("");
    ops::OpId id = method.empty() ? ops::kNoOp : ops::Find(("torch.Tensor." + method).str());
    if (id != ops::kNoOp) {
      ops::Argument arguments[] = {{"", a}, {"", b}};
      Result result = ops::Call(id, arguments);
      // The text has `+=`, and no call.
      std::string& message = result.error.message;
      if (size_t at = message.find((method + "()").str()); at != std::string::npos) message.replace(at, method.size() + 2, ("`" + op + "=`").str());
      return Finish(result, ("torch.Tensor." + method).str(), {left, right});
    }
  }
  Lineage lineage;
  if (!roots_.empty()) {
    ops::Argument arguments[] = {{"", a}, {"", b}};
    llvm::SmallVector<Slot, 2> slots;
    CollectSlots(left, arguments[0].value, slots);
    CollectSlots(right, arguments[1].value, slots);
    lineage = Learn(op, slots, arguments, [&] { return ops::BinaryOperator(op, arguments[0].value, arguments[1].value); });
    a = arguments[0].value;
    b = arguments[1].value;
  }
  Result result = ops::BinaryOperator(op, a, b);
  std::string name = llvm::StringSwitch<std::string>(op)
                         .Case("+", "torch.add").Case("-", "torch.sub").Case("*", "torch.mul").Case("/", "torch.div").Case("@", "torch.matmul")
                         .Case("//", "torch.floor_divide").Case("%", "torch.remainder").Case("**", "torch.pow").Case("==", "torch.eq").Case("!=", "torch.ne")
                         .Case("<", "torch.lt").Case("<=", "torch.le").Case(">", "torch.gt").Case(">=", "torch.ge").Case("&", "torch.bitwise_and")
                         .Case("|", "torch.bitwise_or").Case("^", "torch.bitwise_xor").Default(("torch." + op).str());
  Value value = Finish(result, name, {left, right});
  Warn(op, {left, right}, {}, value);
  Inherit(value, lineage);
  return value.raised() ? value : Fold(llvm::StringRef(name).rsplit('.').second, {left, right}, {}, value);
}

Value Interp::MakeTensorObject(Native native, const Args& args) {
  Value source = args.positional.empty() ? Value::None() : args.positional[0];
  if (const Value* data = args.Keyword(Intern("data"))) source = *data;
  if (source.is(Kind::None) && native != Native::Tensor) {
    return NewTensorLike(Contiguous(shape::Shape::Of({shape::Dim(0)}), shape::DType::F32), native, args);
  }
  if (native == Native::Tensor) {
    // torch.Tensor(2, 3) makes a float tensor of that shape; torch.Tensor([1, 2]) one of those contents.
    auto* op = heap_.New<OperatorObj>();
    llvm::SmallVector<Value, 4> sizes;
    bool all_ints = !args.positional.empty();
    for (const Value& value : args.positional) all_ints &= value.is(Kind::Int);
    all_ints |= args.positional.size() > 1;
    op->name = Intern(all_ints || args.positional.empty() ? "torch.empty" : "torch.tensor");
    op->op = ops::Find(Text(op->name));
    Args call = args;
    if (args.positional.empty()) call.positional.push_back(Value::Int(0));
    call.keywords.clear();
    call.keywords.emplace_back(Intern("dtype"), Value::DType(shape::DType::F32));
    if (source.is(Kind::Tensor)) return source;
    return CallOperator(op, call);
  }
  if (!source.is(Kind::Tensor)) {
    if (source.unknown()) return NewTensorLike({}, native, args);
    return Lost("a parameter made of something that is no tensor");
  }
  Value made = NewTensorLike(As<TensorObj>(source)->type, native, args);
  if (native == Native::Buffer) {
    // The same memory under another type: what it was computed from still says what is in it.
    auto *tensor = As<TensorObj>(made), *data = As<TensorObj>(source);
    tensor->buffer = true;
    const Value* persistent = args.positional.size() > 1 ? &args.positional[1] : args.Keyword(Intern("persistent"));
    tensor->transient = persistent && Truth(*persistent) == Tri::False;
    tensor->node = data->node;
    tensor->contents = data->contents;
    tensor->numbers = data->numbers;
  }
  return made;
}

Value Interp::NewTensorLike(shape::TensorType type, Native native, const Args& args) {
  Value made = NewTensor(type);
  auto* tensor = As<TensorObj>(made);
  tensor->parameter = native == Native::Parameter;
  const Value* grad = args.positional.size() > 1 ? &args.positional[1] : args.Keyword(Intern("requires_grad"));
  tensor->requires_grad = tensor->parameter && (!grad || Truth(*grad) != Tri::False);
  return made;
}

}  // namespace trident::eval
