// Calls: functions, methods, classes, modules of torch.nn.
#include "core/eval/interp.h"
#include "core/eval/repeat.h"
#include "core/eval/script_calls.h"

#include "core/profile/profile.h"

namespace trident::eval {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::ParameterKind;

// Calls nest no deeper than this; CPython stops at about 1,000. Deeper recursion is not followed.
static constexpr int kMaxDepth = 180;

Value Interp::Call(const Value& callee, const Args& args) {
  switch (callee.kind) {
    case Kind::Function: return CallFunction(As<FunctionObj>(callee), args);
    case Kind::Method: {
      auto* method = As<MethodObj>(callee);
      Args with_self;
      with_self.positional.push_back(method->self);
      with_self.positional.append(args.positional.begin(), args.positional.end());
      with_self.keywords = args.keywords;
      with_self.open = args.open;
      with_self.exposed = args.exposed;
      with_self.open_rest = args.open_rest;
      return Call(method->function, with_self);
    }
    case Kind::Builtin: {
      auto* builtin = As<BuiltinObj>(callee);
      if (!builtin->function) return CallNativeMethod(builtin->self, builtin->name, args);
      return builtin->function(*this, args);
    }
    case Kind::Operator: return CallOperator(As<OperatorObj>(callee), args);
    case Kind::Class: return Instantiate(As<ClassObj>(callee), args);
    case Kind::Partial: {
      auto* partial = As<PartialObj>(callee);
      Args all;
      if (partial->method) {
        // A bound partialmethod: self comes first.
        if (!args.positional.empty()) all.positional.push_back(args.positional[0]);
        all.positional.append(partial->arguments.begin(), partial->arguments.end());
        if (args.positional.size() > 1) all.positional.append(args.positional.begin() + 1, args.positional.end());
      } else {
        all.positional.assign(partial->arguments.begin(), partial->arguments.end());
        all.positional.append(args.positional.begin(), args.positional.end());
      }
      for (const auto& [name, value] : partial->keywords.entries()) {
        if (!args.Keyword(name)) all.keywords.emplace_back(name, value);
      }
      all.keywords.append(args.keywords.begin(), args.keywords.end());
      all.open = args.open;
      all.open_rest = args.open_rest;
      return Call(partial->function, all);
    }
    case Kind::Instance: return CallInstance(callee, args);
    case Kind::Alias:
      if (As<AliasObj>(callee)->origin.defined()) return Call(As<AliasObj>(callee)->origin, args);
      return Lost("a call of a typing construct");
    case Kind::StaticMethod: return Call(As<WrapperObj>(callee)->function, args);
    case Kind::None:
    case Kind::Bool:
    case Kind::Int:
    case Kind::Float:
    case Kind::Str:
    case Kind::List:
    case Kind::Tuple:
    case Kind::Dict:
    case Kind::Tensor:
      if (callee.guess() || (callee.is(Kind::Tensor) && As<TensorObj>(callee)->refinable)) return Lost("a call of an argument");
      return Raise("TypeError", "'" + Text(TypeOf(callee)->name).str() + "' object is not callable", "not-callable");
    case Kind::Unknown: Expose(args); return callee;
    default: Expose(args); return Lost("a call of an unknown function");
  }
}

// Something unknown is given these values: from now on what they lack may be there.
void Interp::Expose(const Args& args) {
  for (const Value& value : args.positional) Expose(value, /*depth=*/0);
  for (const auto& [name, value] : args.keywords) Expose(value, /*depth=*/0);
}

void Interp::Expose(const Value& value, int depth) {
  constexpr int kMaxDepth = 2;
  bool reaches = value.is(Kind::List) || value.is(Kind::Dict) || value.is(Kind::Instance);
  if (!reaches || value.object->exposed || depth > kMaxDepth) return;
  heap_.WillWrite(value.object);
  value.object->exposed = true;
  // An empty container has nothing to lose; one that is about to be filled is no longer empty for sure.
  constexpr size_t kMaxItems = 16;
  if (value.is(Kind::List)) {
    auto* list = As<ListObj>(value);
    list->open |= list->items.empty();
    for (const Value& item : llvm::ArrayRef(list->items).take_front(kMaxItems)) Expose(item, depth + 1);
  } else if (value.is(Kind::Dict)) {
    auto* dict = As<DictObj>(value);
    dict->open |= dict->live_count == 0;
    for (const DictObj::Item& item : llvm::ArrayRef(dict->items).take_front(kMaxItems)) Expose(item.value, depth + 1);
  }
  if (!value.is(Kind::Instance) || As<InstanceObj>(value)->cls->is_nn_module) return;
  Expose(As<InstanceObj>(value)->payload, depth + 1);
  for (const auto& [name, attribute] : As<InstanceObj>(value)->attributes.entries()) Expose(attribute, depth + 1);
}

// The name under which `value` is held by the object whose method is running: the module path of a call.
static std::string HeldAs(const Frame* frame, const Value& value) {
  for (; frame; frame = frame->parent) {
    if (!frame->self.is(Kind::Instance)) continue;
    for (const auto& [name, held] : As<InstanceObj>(frame->self)->attributes.entries()) {
      if (held == value) return Text(name).str();
      if (held.is(Kind::Instance) && As<InstanceObj>(held)->cls->is_nn_module) {
        // One level deeper: `self.blocks[i](x)`.
        for (const auto& [inner, element] : As<InstanceObj>(held)->attributes.entries()) {
          if (element == value) return (Text(name) + "." + Text(inner)).str();
        }
      }
    }
    return "";
  }
  return "";
}

static profile::Function Described(const FunctionObj& function) {
  const Unit& unit = *function.module->unit;
  return {unit.path, Text(function.qualname).str(), unit.LineOf(function.node)};
}

// Counts a call of a module of the user's that a summary answers.
static void CountReplayed(const Value& method) {
  const Value& target = method.is(Kind::Method) ? As<MethodObj>(method)->function : method;
  if (!target.is(Kind::Function) || As<FunctionObj>(target)->module->prelude) return;
  const auto& function = *As<FunctionObj>(target);
  profile::CountReplay({function.module->unit.get(), function.node}, [&] { return Described(function); });
}

Value Interp::CallInstance(const Value& callee, const Args& args) {
  auto* instance = As<InstanceObj>(callee);
  ClassObj* cls = instance->cls;
  Value method = FindInClass(cls, N().call);
  bool own_call = method.is(Kind::Function);
  if (!method.defined() && cls->is_nn_module) method = FindAttribute(callee, N().forward);
  else if (method.defined()) method = BindDescriptor(method, callee, cls);
  if (!method.defined()) {
    if (cls->unknown_base || instance->open) return Lost("a call of an object");
    return Raise("TypeError", "'" + Text(cls->name).str() + "' object is not callable", "not-callable");
  }
  if (!cls->is_nn_module) return Call(method, args);
  // What a module computes while it is imported is kept with it and belongs to no run's graph.
  if (importing_ > 0) return CallWithHooks(instance, callee, method, args);

  if (!OfScriptItself()) return CallModule(callee, method, own_call, args);
  return AsScriptCall([&] { return CallModule(callee, method, own_call, args); });
}

// Of one that is called inside another.
std::string Interp::PathOfModule(const Value& module) {
  if (const std::string* registered = ModulePath(module)) return *registered;
  const std::string& outer = outcome_.graph.scopes[scope_].path;
  std::string held = HeldAs(frame_, module);
  return held.empty() ? outer : outer.empty() ? held : outer + "." + held;
}

Value Interp::CallModule(const Value& callee, const Value& method, bool own_call, const Args& args) {
  graph::Graph& graph = outcome_.graph;
  bool is_outermost = scope_ == 0;
  Visible visible = VisibleTensors(callee, args);
  if (!visible.of_entry && PassIsSpent()) {
    pass_.left_out = true;
    NoteUnsummarised();
    return Value::Unknown("a module that this pass over its entry leaves out");
  }
  CallKeys keys = KeysOf(callee, args, visible);
  graph::Entry entry;
  bool is_entry = is_outermost && !mode_.of_function;
  if (is_outermost) ReadEntryModule(As<InstanceObj>(callee));
  if (is_entry) entry = BeginEntry(callee, args);
  std::string path = is_outermost ? "" : PathOfModule(callee);
  uint32_t first_scope = graph.scopes.size();
  std::optional<Value> known = Replay(keys, args, visible, path);
  if (!known) known = Recall(keys, callee, args, visible, path);
  if (known) CountReplayed(method);
  Value result = known ? *known : RunModule(keys, callee, method, own_call, args, visible, std::move(path));
  if (is_entry && !result.raised()) RecordModel(callee, std::move(entry), result, first_scope);
  return result;
}

Value Interp::RunModule(const CallKeys& keys, const Value& callee, const Value& method, bool own_call, const Args& args, const Visible& visible, std::string path) {
  auto* instance = As<InstanceObj>(callee);
  graph::Graph& graph = outcome_.graph;
  ++profile::Current()[profile::Stage::Eval].misses;
  uint32_t outer = scope_;
  graph::Scope scope;
  scope.parent = outer;
  scope.path = std::move(path);
  scope.class_name = instance->cls->name;
  if (Place place = Here(); place.unit) {
    scope.unit = GraphFile(place.unit);
    scope.start = place.unit->tree().start(place.node);
    scope.end = place.unit->tree().end(place.node);
  }
  const Value* training = instance->attributes.Find(N().training);
  scope.training = !training || Truth(*training) != Tri::False;
  OpenCall call = BeginCall();
  if (instance->cls->module == script_ && (outer != 0 || of_script_) && keys.lasting) SaveGiven(callee, args, keys.known, call);
  scope_ = call.first_scope;
  graph.scopes.push_back(std::move(scope));
  CheckNeighbours(instance, args);
  // A __call__ of the program's own runs the hooks where it calls the one of nn.Module.
  Value result = own_call ? Call(method, args) : CallWithHooks(instance, callee, method, args);
  EndScope(call.first_scope, call.first_node, result);
  scope_ = outer;
  FinishCall(keys, result, args, visible, std::move(call));
  return result;
}

// Runs a module's forward between its hooks: weight_norm and parametrizations recompute weights in them.
Value Interp::CallWithHooks(InstanceObj* instance, const Value& callee, const Value& method, const Args& args) {
  static const Symbol before = Intern("_forward_pre_hooks"), after = Intern("_forward_hooks");
  auto hooks = [&](Symbol name) {
    std::vector<Value> out;
    if (const Value* table = instance->attributes.Find(name); table && table->is(Kind::Dict)) {
      for (const DictObj::Item& item : As<DictObj>(*table)->items) {
        if (item.live) out.push_back(item.value);
      }
    }
    return out;
  };
  Args changed = args;
  for (const Value& hook : hooks(before)) {
    Args hook_args;
    hook_args.positional = {callee, NewTuple(changed.positional)};
    TRIDENT_TRY(result, Call(hook, hook_args));
    if (result.is(Kind::Tuple)) changed.positional.assign(As<ListObj>(result)->items.begin(), As<ListObj>(result)->items.end());
    else if (!result.is(Kind::None) && !result.unknown()) changed.positional = {result};
  }
  TRIDENT_TRY(output, Call(method, changed));
  for (const Value& hook : hooks(after)) {
    Args hook_args;
    hook_args.positional = {callee, NewTuple(changed.positional), output};
    TRIDENT_TRY(result, Call(hook, hook_args));
    if (!result.is(Kind::None)) output = result;
  }
  return output;
}

Value Interp::CallMethod(const Value& object, llvm::StringRef name, llvm::ArrayRef<Value> positional) {
  TRIDENT_TRY(method, GetAttribute(object, Intern(name)));
  Args args;
  args.positional.assign(positional.begin(), positional.end());
  return Call(method, args);
}

FunctionObj* Interp::MakeFunction(NodeId node) {
  const parse::Tree& tree = frame_->unit->tree();
  auto* function = heap_.New<FunctionObj>();
  bool is_lambda = tree.kind(node) == NodeKind::Lambda;
  function->name = is_lambda ? Intern("<lambda>") : tree.symbol(node);
  function->qualname = function->name;
  if (frame_->env->is_class_body) {
    if (Value* outer = frame_->env->variables.Find(N().qualname); outer && outer->is(Kind::Str)) {
      function->qualname = Intern((outer->text() + "." + Text(function->name)).str());
    }
  }
  function->module = frame_->module;
  function->node = node;
  function->info = frame_->unit->Function(node);
  NoteDefinition(node, function);
  EnvObj* env = frame_->env;
  while (env && env->is_class_body) env = env->parent;
  function->closure = env == frame_->module->env ? nullptr : env;
  function->owner = frame_->env->is_class_body ? nullptr : frame_->owner;
  if (frame_->created) frame_->created->push_back(function);
  for (const ParameterInfo& parameter : function->info->parameters) {
    Value value;
    if (parameter.default_value != kNoNode) {
      value = Eval(parameter.default_value);
      if (value.raised()) {
        ClearException();
        value = Lost("a default value that fails");
      }
    }
    function->defaults.push_back(value);
  }
  return function;
}

bool Interp::BindParameters(FunctionObj* function, const Args& args, EnvObj* env) {
  const std::vector<ParameterInfo>& parameters = function->info->parameters;
  auto fail = [&](const std::string& message) {
    Uncertain uncertain(*this, function->replaced);
    Raise("TypeError", Text(function->name).str() + "() " + message, "call-arguments");
    return false;
  };
  size_t next = 0;
  bool var_args = false, var_keywords = false;
  llvm::SmallVector<bool, 16> used(args.keywords.size(), false);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const ParameterInfo& parameter = parameters[i];
    switch (parameter.kind) {
      case ParameterKind::VarArgs: {
        var_args = true;
        Value rest = next < args.positional.size() ? NewTuple(llvm::ArrayRef(args.positional).drop_front(next)) : NewTuple({});
        next = std::max(next, args.positional.size());
        if (args.open || args.open_rest) {
          As<ListObj>(rest)->open = true;
          As<ListObj>(rest)->items.clear();
        }
        env->variables.Set(parameter.name, rest);
        continue;
      }
      case ParameterKind::KwArgs: {
        var_keywords = true;
        DictObj* dict = NewDict();
        for (size_t k = 0; k < args.keywords.size(); ++k) {
          if (!used[k]) DictSet(dict, Value::Str(args.keywords[k].first), args.keywords[k].second);
          used[k] = true;
        }
        dict->open = args.open;
        env->variables.Set(parameter.name, Value::Obj(dict));
        continue;
      }
      default: break;
    }
    bool by_position = parameter.kind != ParameterKind::KeywordOnly && next < args.positional.size();
    if (by_position) env->variables.Set(parameter.name, args.positional[next++]);
    bool by_keyword = false;
    for (size_t k = 0; parameter.kind != ParameterKind::PositionalOnly && k < args.keywords.size(); ++k) {
      if (used[k] || args.keywords[k].first != parameter.name) continue;
      if (by_position) return fail("got two values for argument '" + Text(parameter.name).str() + "'");
      used[k] = by_keyword = true;
      env->variables.Set(parameter.name, args.keywords[k].second);
    }
    if (by_position || by_keyword) continue;
    if (args.open) {
      env->variables.Set(parameter.name, Lost("an argument from an unknown *args or **kwargs"));
    } else if (function->defaults[i].defined()) {
      NoteDefault(function, i);
      env->variables.Set(parameter.name, function->defaults[i]);
    } else if (args.exposed) {
      env->variables.Set(parameter.name, Lost("an argument from what something unknown may have filled"));
    } else {
      return fail("is missing its argument '" + Text(parameter.name).str() + "'");
    }
  }
  if (next < args.positional.size() && !var_args) {
    size_t accepted = 0;
    for (const ParameterInfo& parameter : parameters) accepted += parameter.kind == ParameterKind::Normal || parameter.kind == ParameterKind::PositionalOnly;
    return fail("takes " + std::to_string(accepted) + " positional arguments, but " + std::to_string(args.positional.size()) + " were given");
  }
  for (size_t k = 0; k < args.keywords.size(); ++k) {
    if (!used[k] && !var_keywords) return fail("has no parameter '" + Text(args.keywords[k].first).str() + "'");
  }
  return true;
}

// Whether the function calls itself on the same object for the fourth time, each time on a path of its own that may not be
// taken: all of them together grow as a power of how deep they go.
bool Interp::RecursesBlindly(const Frame& frame) {
  constexpr int kMaxBlind = 3;
  int blind = 0, inner = frame.uncertain;
  for (const Frame* outer = frame_; outer && inner > 0; outer = outer->parent) {
    if (outer->function != frame.function || !(outer->self == frame.self)) continue;
    NoteCertaintyAsked();
    blind += outer->uncertain < inner;
    inner = outer->uncertain;
  }
  return blind >= kMaxBlind;
}

Value Interp::CallFunction(FunctionObj* function, const Args& args) {
  if (depth_ >= kMaxDepth) {
    NoteUnsummarised();  // Less deep, the same call gives more.
    return Lost("recursion too deep to follow");
  }
  if (!Step()) return Raise("SystemExit", "analysis budget spent");
  return MayTellApart(function) ? CallApart(function, args) : RunFunction(function, args);
}

Value Interp::RunFunction(FunctionObj* function, const Args& args) {
  if (function->module == script_) NoteExecuted(function->node);
  auto* env = heap_.New<EnvObj>();
  env->module = function->module;
  env->parent = function->closure;
  if (!BindParameters(function, args, env)) return Value::Raised();
  Frame frame;
  frame.function = function;
  frame.module = function->module;
  frame.env = env;
  frame.unit = function->module->unit.get();
  frame.owner = function->owner;
  if (!function->info->parameters.empty()) {
    const ParameterInfo& first = function->info->parameters[0];
    Value value = *env->variables.Find(first.name);
    frame.self = first.kind == ParameterKind::VarArgs && !As<ListObj>(value)->items.empty() ? As<ListObj>(value)->items[0] : value;
  }
  frame.uncertain = uncertain_;
  if (uncertain() && depth_ > 8 && RecursesBlindly(frame)) return Lost("a recursion whose end is not known");
  CheckDeclaredParameters(frame, function);
  ++outcome_.calls;
  if (options_.called && function->module == script_) options_.called(Text(function->qualname).str());
  if (function->module == script_) NoteEntered(function, args);
  ++depth_;
  Value result;
  if (function->module->prelude) {
    result = RunFrame(frame, function);  // What Trident's own descriptions cost counts for the user's function that calls them.
  } else {
    profile::ScopedCall measured({frame.unit, function->node}, [&] { return Described(*function); });
    result = RunFrame(frame, function);
  }
  --depth_;
  return result;
}

Value Interp::RunFrame(Frame& frame, FunctionObj* function) {
  FrameScope scope(*this, frame);
  const parse::Tree& tree = frame.unit->tree();
  NodeId body = tree.child(function->node, 1);
  RecordParameters(frame);
  if (tree.kind(function->node) == NodeKind::Lambda) {
    frame.statement = function->node;
    return Eval(body);
  }
  ListObj* yields = nullptr;
  if (frame.unit->IsGenerator(function->node)) {
    yields = heap_.New<ListObj>(Kind::List);
    frame.yields = yields;
  }
  int certainty = uncertain_;
  Flow flow = ExecStatements(body);
  uncertain_ = certainty;
  if (flow == Flow::Raise && !frame.exits.empty()) {
    // Whatever leads on from here is one of the paths that returned.
    ClearException();
    frame.return_value = frame.exits.back().value;
    flow = Flow::Return;
  }
  if (flow == Flow::Raise) {
    bool stops = yields && exception_.is(Kind::Instance) && Text(As<InstanceObj>(exception_)->cls->name) == "StopIteration";
    if (!stops) return Value::Raised();
    ClearException();
  }
  if (yields) {
    auto* iterator = heap_.New<IteratorObj>();
    iterator->items.assign(yields->items.begin(), yields->items.end());
    iterator->open = yields->open;
    return Value::Obj(iterator);
  }
  Value result = flow == Flow::Return ? frame.return_value : Value::None();
  for (Exit& exit : frame.exits) {
    result = Join(result, exit.value);
    Journal none;
    JoinStates(exit.after, none);
  }
  CheckDeclaredResult(frame, function, result);
  return result;
}

void Interp::RecordParameters(Frame& frame) {
  if (frame.unit->prelude) return;
  for (const ParameterInfo& parameter : frame.function->info->parameters) {
    const Value* value = frame.env->variables.Find(parameter.name);
    if (!value || !value->is(Kind::Tensor)) continue;
    // The parameter node itself is the place of the binding.
    for (NodeId node : frame.unit->tree().children(frame.unit->tree().child(frame.function->node, 0))) {
      if (frame.unit->tree().symbol(node) == parameter.name) {
        frame.statement = node;
        RecordBinding(parameter.name, *value);
      }
    }
  }
}

}  // namespace trident::eval
