// What programs ask of their own functions and classes: signatures, annotations, code objects.
#include "core/eval/interp.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;

namespace {

// What an annotation of `module` evaluates to. Names in quotes and names that only type checkers see are unknown.
Value EvalAnnotation(Interp& interp, ModuleObj* module, EnvObj* env, NodeId annotation) {
  Frame frame;
  frame.module = module;
  frame.env = env ? env : module->env;
  frame.unit = module->unit.get();
  frame.record_bindings = false;
  FrameScope scope(interp, frame);
  Interp::Uncertain uncertain(interp);
  Value value = interp.Eval(annotation);
  if (value.raised()) {
    interp.ClearException();
    return interp.Lost("an annotation that fails");
  }
  return value.is(Kind::Str) ? interp.Lost("an annotation in quotes") : value;
}

Value Annotation(Interp& interp, FunctionObj* function, NodeId annotation, const Value& absent) {
  return annotation == kNoNode ? absent : EvalAnnotation(interp, function->module, function->closure, annotation);
}

void AddClassAnnotations(Interp& interp, ClassObj* cls, DictObj* out) {
  if (cls->definition == kNoNode || !cls->module || !cls->module->unit) return;
  const parse::Tree& tree = cls->module->unit->tree();
  for (NodeId statement : tree.children(tree.child(cls->definition, 1))) {
    if (tree.kind(statement) != NodeKind::AnnAssign || tree.kind(tree.child(statement, 0)) != NodeKind::Name) continue;
    Symbol name = tree.symbol(tree.child(statement, 0));
    interp.DictSet(out, Value::Str(name), EvalAnnotation(interp, cls->module, nullptr, tree.child(statement, 1)));
  }
}

void AddFunctionAnnotations(Interp& interp, FunctionObj* function, DictObj* out) {
  for (const ParameterInfo& parameter : function->info->parameters) {
    if (parameter.annotation != kNoNode) interp.DictSet(out, Value::Str(parameter.name), Annotation(interp, function, parameter.annotation, Value()));
  }
  const parse::Tree& tree = function->module->unit->tree();
  if (tree.kind(function->node) != NodeKind::FunctionDef) return;
  NodeId returns = tree.child(function->node, 2);
  if (returns != kNoNode) interp.DictSet(out, Value::Str("return"), Annotation(interp, function, returns, Value()));
}

Value AnnotationsOf(Interp& interp, const Value& object, bool with_bases) {
  DictObj* out = interp.NewDict();
  if (object.is(Kind::Class)) {
    auto* cls = As<ClassObj>(object);
    if (cls->unknown_base && with_bases) return interp.Lost("the annotations of a class that is not fully known");
    for (size_t i = with_bases ? cls->mro.size() : 1; i-- > 0;) AddClassAnnotations(interp, cls->mro[i], out);
    return Value::Obj(out);
  }
  Value function = object.is(Kind::Method) ? As<MethodObj>(object)->function : object;
  if (!function.is(Kind::Function)) return interp.Lost("the annotations of an unknown object");
  AddFunctionAnnotations(interp, As<FunctionObj>(function), out);
  return Value::Obj(out);
}

// Adds the names that the statements under `node` assign, in order of their first assignment.
void AddAssigned(const parse::Tree& tree, NodeId node, llvm::SmallVectorImpl<Symbol>& names) {
  if (node == kNoNode) return;
  NodeKind kind = tree.kind(node);
  if (kind == NodeKind::FunctionDef || kind == NodeKind::ClassDef || kind == NodeKind::Alias) {
    Symbol name = kind == NodeKind::Alias && tree.symbol(node, 1).valid() ? tree.symbol(node, 1) : tree.symbol(node);
    if (!llvm::is_contained(names, name)) names.push_back(name);
    return;
  }
  if (kind == NodeKind::Lambda || kind == NodeKind::Global || kind == NodeKind::Nonlocal) return;
  auto target = [&](NodeId part) {
    if (part != kNoNode && tree.kind(part) == NodeKind::Name && !llvm::is_contained(names, tree.symbol(part))) names.push_back(tree.symbol(part));
  };
  llvm::ArrayRef<NodeId> children = tree.children(node);
  for (size_t i = 0; i < children.size(); ++i) {
    bool is_target = parse::IsTarget(kind, i);
    if (is_target) target(children[i]);
    if (is_target && children[i] != kNoNode && (tree.kind(children[i]) == NodeKind::Tuple || tree.kind(children[i]) == NodeKind::List)) {
      for (NodeId element : tree.children(children[i])) target(element);
    }
    AddAssigned(tree, children[i], names);
  }
}

}  // namespace

Value AnnotationsNative(Interp& interp, const Args& args) { return AnnotationsOf(interp, args.positional.empty() ? Value::None() : args.positional[0], false); }
Value TypeHintsNative(Interp& interp, const Args& args) { return AnnotationsOf(interp, args.positional.empty() ? Value::None() : args.positional[0], true); }

// A function's __code__: its names and counts. It remembers the function, of which `types.FunctionType` makes a copy.
Value CodeOf(Interp& interp, FunctionObj* function) {
  auto* code = interp.heap().New<InstanceObj>();
  code->cls = As<ClassObj>(interp.NativeModuleAttribute("_trident", Intern("CodeObject")));
  code->open = true;
  llvm::SmallVector<Symbol, 16> names;
  int64_t positional = 0, keyword_only = 0;
  // Parameters by position, then by keyword, then * and **, then the other locals.
  using parse::ParameterKind;
  for (int pass = 0; pass < 4; ++pass) {
    for (const ParameterInfo& parameter : function->info->parameters) {
      bool by_position = parameter.kind == ParameterKind::Normal || parameter.kind == ParameterKind::PositionalOnly;
      int rank = by_position ? 0 : parameter.kind == ParameterKind::KeywordOnly ? 1 : parameter.kind == ParameterKind::VarArgs ? 2 : 3;
      if (rank != pass) continue;
      names.push_back(parameter.name);
      positional += pass == 0;
      keyword_only += pass == 1;
    }
  }
  const parse::Tree& tree = function->module->unit->tree();
  if (tree.kind(function->node) == NodeKind::FunctionDef) AddAssigned(tree, tree.child(function->node, 1), names);
  llvm::SmallVector<Value, 16> texts;
  for (Symbol name : names) texts.push_back(Value::Str(name));
  code->attributes.Set(Intern("co_varnames"), interp.NewTuple(texts));
  code->attributes.Set(Intern("co_argcount"), Value::Int(positional));
  code->attributes.Set(Intern("co_kwonlyargcount"), Value::Int(keyword_only));
  code->attributes.Set(Intern("co_name"), Value::Str(function->name));
  code->attributes.Set(Intern("co_qualname"), Value::Str(function->qualname));
  code->attributes.Set(Intern("_function"), Value::Obj(function));
  return Value::Obj(code);
}

// types.FunctionType(code, globals, name=None, argdefs=None, closure=None): a copy of the function that the code is of.
Value FunctionFromCode(Interp& interp, const Args& args) {
  const Value* code = args.positional.empty() ? args.Keyword(Intern("code")) : &args.positional[0];
  const Value* original = code && code->is(Kind::Instance) ? As<InstanceObj>(*code)->attributes.Find(Intern("_function")) : nullptr;
  if (!original || !original->is(Kind::Function)) return interp.Lost("a function made at run time");
  auto* copy = interp.heap().New<FunctionObj>();
  CopyState(copy, original->object);
  copy->attributes = {};
  for (size_t i = 0; i < copy->defaults.size(); ++i) interp.NoteDefault(copy, i);
  if (args.positional.size() < 4 && !args.Keyword(Intern("argdefs"))) {
    for (size_t i = 0; i < copy->defaults.size(); ++i) {
      if (copy->info->parameters[i].kind != parse::ParameterKind::KeywordOnly) copy->defaults[i] = Value();
    }
  }
  const Value* name = args.Keyword(Intern("name"));
  if (!name && args.positional.size() > 2) name = &args.positional[2];
  if (name && name->is(Kind::Str) && !name->some()) copy->name = copy->qualname = name->symbol();
  return Value::Obj(copy);
}

// inspect.signature: an object with `parameters`, names to objects with name, kind and default.
Value SignatureNative(Interp& interp, const Args& args) {
  Value callee = args.positional.empty() ? Value::None() : args.positional[0];
  bool bound = false;
  for (int i = 0; i < 16; ++i) {
    if (callee.is(Kind::Method)) {
      callee = As<MethodObj>(callee)->function;
      bound = true;
    } else if (callee.is(Kind::Function) && As<FunctionObj>(callee)->attributes.Find(N().wrapped)) {
      callee = *As<FunctionObj>(callee)->attributes.Find(N().wrapped);
    } else if (callee.is(Kind::Class)) {
      callee = interp.FindInClass(As<ClassObj>(callee), N().init);
      bound = true;
    } else if (callee.is(Kind::Instance)) {
      callee = interp.FindAttribute(callee, N().forward);
    } else {
      break;
    }
  }
  if (!callee.is(Kind::Function)) return interp.Lost("the signature of an unknown function");
  auto* function = As<FunctionObj>(callee);
  Value parameter_class = interp.NativeModuleAttribute("_trident", Intern("SignatureParameter"));
  DictObj* parameters = interp.NewDict();
  for (size_t i = bound ? 1 : 0; i < function->info->parameters.size(); ++i) {
    const ParameterInfo& info = function->info->parameters[i];
    auto* parameter = interp.heap().New<InstanceObj>();
    parameter->cls = As<ClassObj>(parameter_class);
    parameter->attributes.Set(Intern("name"), Value::Str(info.name));
    // The order of inspect's kinds is that of ParameterKind.
    parameter->attributes.Set(Intern("kind"), Value::Int(static_cast<int>(info.kind)));
    Value empty = interp.FindInClass(parameter->cls, Intern("empty"));
    interp.NoteDefault(function, i);
    parameter->attributes.Set(Intern("default"), function->defaults[i].defined() ? function->defaults[i] : empty);
    parameter->attributes.Set(Intern("annotation"), Annotation(interp, function, info.annotation, empty));
    interp.DictSet(parameters, Value::Str(info.name), Value::Obj(parameter));
  }
  auto* signature = interp.heap().New<InstanceObj>();
  signature->cls = As<ClassObj>(interp.NativeModuleAttribute("_trident", Intern("SignatureObject")));
  signature->attributes.Set(Intern("parameters"), Value::Obj(parameters));
  signature->open = true;
  return Value::Obj(signature);
}

}  // namespace trident::eval
