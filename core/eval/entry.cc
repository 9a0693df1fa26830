// Entry points that the file does not call: its models, built and called with symbolic sizes.
//
// A constructor argument takes its default, else what its annotation says, else a size named after it that may turn
// out to be something else (Value::kGuess). A tensor argument of forward has an unknown shape until its first use
// says what it is.
#include "core/eval/interp.h"

#include "core/profile/profile.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::ParameterKind;

namespace {

std::string Annotation(const Unit& unit, const ParameterInfo& parameter) {
  if (parameter.annotation == kNoNode) return "";
  llvm::StringRef text = unit.content().slice(unit.tree().start(parameter.annotation), unit.tree().end(parameter.annotation));
  return text.trim("'\"").str();
}

// Steps of one entry. Models take up to a few ten thousand; a recursion on sizes that are not known takes millions and
// tells nothing.
constexpr uint64_t kEntryBudget = 400'000;

}  // namespace

Value Interp::SymbolicArgument(const Unit& unit, const ParameterInfo& parameter, bool is_tensor) {
  std::string annotation = Annotation(unit, parameter);
  if (annotation == "int") return Value::Int(shape::Dim::Named(parameter.name));
  if (annotation == "float") return Value::SomeFloat();
  if (annotation == "bool") return Value::SomeBool();
  if (annotation == "str") return Value::SomeStr();
  llvm::StringRef plain = llvm::StringRef(annotation).rsplit('.').second.empty() ? llvm::StringRef(annotation) : llvm::StringRef(annotation).rsplit('.').second;
  if (is_tensor ? annotation.empty() || plain.contains("Tensor") : plain == "Tensor") {
    Value value = NewTensor({});
    As<TensorObj>(value)->refinable = true;
    return value;
  }
  if (!annotation.empty()) return Lost("an argument of an entry point");
  Value guess = Value::Int(shape::Dim::Named(parameter.name));
  guess.flags |= Value::kGuess;
  return guess;
}

// Arguments for a call of `function` with the first parameter (self) left out.
Args Interp::SymbolicArguments(FunctionObj* function, bool tensors) {
  Args args;
  for (size_t i = 1; i < function->info->parameters.size(); ++i) {
    const ParameterInfo& parameter = function->info->parameters[i];
    // What a class passes on to its bases is theirs to know.
    args.open |= parameter.kind == ParameterKind::VarArgs || parameter.kind == ParameterKind::KwArgs;
    if (parameter.kind == ParameterKind::VarArgs || parameter.kind == ParameterKind::KwArgs || function->defaults[i].defined()) continue;
    Value value = SymbolicArgument(*function->module->unit, parameter, tensors);
    if (parameter.kind == ParameterKind::KeywordOnly) args.keywords.emplace_back(parameter.name, value);
    else args.positional.push_back(value);
  }
  return args;
}

void Interp::EnterModel(ClassObj* cls) {
  Value forward = FindInClass(cls, N().forward);
  if (!forward.is(Kind::Function) || As<FunctionObj>(forward)->module->prelude) return;
  if (entered_.contains(As<FunctionObj>(forward)->node) && As<FunctionObj>(forward)->module == script_) return;
  Frame frame;
  frame.module = script_;
  frame.env = script_->env;
  frame.unit = script_->unit.get();
  frame.statement = cls->definition;
  FrameScope scope(*this, frame);
  profile::ScopedCall measured({frame.unit, cls->definition}, [&] {
    return profile::Function{frame.unit->path, "<entry " + Text(cls->name).str() + ">", frame.unit->LineOf(cls->definition)};
  });
  Value init = FindInClass(cls, N().init);
  Args arguments;
  if (init.is(Kind::Function)) arguments = SymbolicArguments(As<FunctionObj>(init), /*tensors=*/false);
  Value model = Instantiate(cls, arguments);
  if (model.raised()) {
    // Nobody said that the class can be made this way.
    ClearException();
    return;
  }
  if (!model.is(Kind::Instance)) return;
  Value result = Call(model, SymbolicArguments(As<FunctionObj>(forward), /*tensors=*/true));
  if (result.raised()) ClearException();
}

void Interp::EnterModels() {
  const parse::Tree& tree = script_->unit->tree();
  llvm::ArrayRef<NodeId> body = tree.children(tree.root());
  // The last classes of a file are usually the models that use the earlier ones: those then have known arguments.
  for (size_t i = body.size(); i-- > 0 && !out_of_budget_;) {
    if (tree.kind(body[i]) != NodeKind::ClassDef) continue;
    const Value* value = script_->env->variables.Find(tree.symbol(body[i]));
    if (!value || !value->is(Kind::Class)) continue;
    auto* cls = As<ClassObj>(*value);
    if (!cls->is_nn_module || cls->module != script_) continue;
    step_limit_ = std::min(options_.step_budget, steps_ + kEntryBudget);
    EnterModel(cls);
    step_limit_ = UINT64_MAX;
    if (!out_of_budget_ || outcome_.cancelled || steps_ > options_.step_budget) continue;
    out_of_budget_ = false;
    ClearException();
  }
}

// `B, T, C = x.shape` (or x.size()) of an argument of unknown rank names its sizes.
void Interp::RefineByUnpacking(NodeId target, NodeId value) {
  const parse::Tree& tree = frame_->unit->tree();
  if (tree.kind(target) != NodeKind::Tuple) return;
  if (tree.kind(value) == NodeKind::Call && tree.children(value).size() == 1) value = tree.child(value, 0);
  if (tree.kind(value) != NodeKind::Attribute || tree.kind(tree.child(value, 0)) != NodeKind::Name) return;
  llvm::StringRef attribute = Text(tree.symbol(value));
  if (attribute != "shape" && attribute != "size") return;
  Value object = LookupName(tree.symbol(tree.child(value, 0)));
  if (!object.is(Kind::Tensor)) return;
  auto* tensor = As<TensorObj>(object);
  if (!tensor->refinable || tensor->type.shape.rank_known()) return;
  llvm::SmallVector<shape::Dim, 6> dims;
  for (NodeId each : tree.children(target)) {
    if (tree.kind(each) == NodeKind::Starred) return;
    bool named = tree.kind(each) == NodeKind::Name && Text(tree.symbol(each)) != "_";
    dims.push_back(named ? shape::Dim::Named(tree.symbol(each)) : shape::Dim::Unknown());
  }
  heap_.WillWrite(tensor);
  tensor->type.shape = shape::Shape::Of(dims);
}

}  // namespace trident::eval
