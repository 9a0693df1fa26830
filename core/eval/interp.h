// Runs Python on abstract values: statements, expressions, calls, classes, modules.
//
// One Interp evaluates one entry (a file run as a script, or one model) on its own heap. It executes module statements
// on demand, runs both branches of unknown conditions on journals of the heap and joins them, and records what every
// binding was, what would fail, and the tensor graph. Internal to core/eval; the stage's face is eval.h.
// Threads: one Interp belongs to one thread. A Value of kind Raised means "an exception is pending in exception_".
#pragma once

#include "core/eval/eval.h"
#include "core/eval/frame.h"
#include "core/eval/kept_model.h"
#include "core/eval/names.h"
#include "core/eval/object.h"
#include "core/eval/parts.h"
#include "core/eval/pass.h"
#include "core/eval/program.h"
#include "core/eval/standing.h"
#include "core/eval/type_places.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace trident::eval {

struct Due;
struct KnownRoots;
struct Repeat;
struct ScriptCalls;

// What is raised where a module is not installed.
bool IsImportError(const ClassObj* cls);

const char* CompareText(parse::CompareOp op);  // "==", "is not".

class Interp {
 public:
  explicit Interp(Program& program);
  ~Interp();

  Heap& heap() { return heap_; }

  // One run of a script and of the models that it does not call. The modules it imports stay for the next run.
  // Nothing when it saw what a new Interp would not have seen: run it on a new one.
  std::optional<Outcome> Run(std::shared_ptr<const Unit> script, const Options& options);
  // Whether another run would find the modules as this one found them, so that its outcome is that of a new Interp.
  bool reusable() const { return reusable_; }
  // What was imported so far takes more memory than importing it again is worth: about 30 MB of objects, 50 MB of trees.
  bool holds_too_much() const { return heap_.permanent_count() > 50'000 || module_order_.size() > 250; }
  bool HasModule(llvm::StringRef name) const {
    ModuleObj* module = modules_.lookup(name);
    return module && module != script_;
  }
  bool UsesFile(llvm::StringRef path) const {
    return llvm::any_of(module_order_, [&](const ModuleObj* module) { return module != script_ && (module->path == path || module->skimmed.contains(path)); });
  }

  // --- modules (module.cc)
  // Names are resolved on behalf of `module`, not of the running frame's.
  struct Importer {
    Importer(Interp& interp, ModuleObj* module) : interp_(interp), before_(std::exchange(interp.importer_, module)) {}
    ~Importer() { interp_.importer_ = before_; }
    Interp& interp_;
    ModuleObj* before_;
  };
  // What is running asked the import search for `name` (resolve::Resolver::Answer).
  void DependOnImport(llvm::StringRef name);
  ModuleObj* NewModule(llvm::StringRef name, const resolve::Module& where, std::shared_ptr<const Unit> unit);
  ModuleObj* ImportModule(llvm::StringRef name);      // Null when there is no such module.
  ModuleObj* RunScript(std::shared_ptr<const Unit> unit);
  // `inside`: the name is used by the module's own code, which sees its globals only, not submodules or operators.
  Value ModuleAttribute(ModuleObj* module, Symbol name, bool* found, bool inside = false);
  Value OwnAttribute(ModuleObj* module, Symbol name);
  Value Submodule(ModuleObj* module, Symbol name);
  bool GainsAttributes(const Value& object);
  void RunEffects();                                  // Lets loaded modules fill registries.
  void BeginEffects(const ModuleObj* module);
  void NoteEffectsAsked(const ClassObj* cls);
  void NoteEffectsAsked(const ModuleObj* module);
  // While a module is being imported it sees what was registered before, as in Python.
  bool MayRunEffects() const { return !running_effects_ && importing_ == 0 && registering_ == 0; }
  void BeginRun(const Options& options), EndRun(), ForgetEntries();
  void NoteInstalled(const Unit* unit);
  std::vector<ModuleObj*> ImportedModules();          // All that the script's modules asked for, directly or not, by name.
  void RunModuleStatement(ModuleObj* module, size_t index);
  void BindFailed(ModuleObj* module, parse::NodeId statement);
  bool Exports(ModuleObj* module, Symbol name);
  Value ImportedValue(const std::string& target, Symbol name);
  bool BindImported(ModuleObj* module, outline::StatementIndex index, Symbol name);
  bool VisitStars(ModuleObj* module, outline::StatementIndex index, llvm::function_ref<bool(parse::NodeId, llvm::StringRef)> visit);
  bool HasUnknownStars(ModuleObj* module, llvm::DenseSet<ModuleObj*>& seen);
  bool HasUnknownStars(const Value& object);
  Value StarImported(ModuleObj* module, outline::StatementIndex index, Symbol name);
  // Raises when a `try` waits for it: the environment is known and lacks the package.
  bool FailsToImport(llvm::StringRef name);
  bool MayExport(llvm::StringRef module_name, Symbol name);
  bool RecursesBlindly(const Frame& frame);
  Value FromStar(llvm::StringRef target_name, Symbol name);
  Value FromTypeChecking(ModuleObj* module, Symbol name);

  // --- statements (statement.cc, control.cc)
  Flow ExecBlock(parse::NodeId block), ExecStatements(parse::NodeId block);  // The latter: where its function is noted.
  Flow Exec(parse::NodeId statement);
  Flow ExecIf(parse::NodeId node);
  Flow ExecFor(parse::NodeId node);
  Flow ExecForAny(parse::NodeId node, llvm::ArrayRef<Value> items);
  Flow ExecWhile(parse::NodeId node);
  Flow ExecWith(parse::NodeId node, unsigned item);
  Flow ExecTry(parse::NodeId node);
  Flow ExecMatch(parse::NodeId node);
  Flow ExecRaise(parse::NodeId node);
  Flow ExecImport(parse::NodeId node);
  Flow ExecImportFrom(parse::NodeId node);
  Flow ExecAssert(parse::NodeId node);
  std::string FailedTest(parse::NodeId test);
  Flow ExecAugAssign(parse::NodeId node);
  Flow ExecDelete(parse::NodeId node);
  Flow BothWays(llvm::function_ref<Flow()> first, llvm::function_ref<Flow()> second);
  // False: an exception was raised.
  bool Assign(parse::NodeId target, Value value);
  bool AssignSequence(parse::NodeId target, Value value);
  void SetName(Symbol name, Value value);
  void RecordBinding(Symbol name, const Value& value, bool fresh = true);
  void RecordExpression(parse::NodeId node, const Value& value);
  // Where the code of `unit` called the running function; calls by Trident's own prelude are its caller's.
  parse::NodeId CallerIn(const Unit* unit) const;
  void RecordType(const Unit* unit, RecordedType type);

  // --- expressions (expression.cc)
  Value Eval(parse::NodeId node);
  Value EvalNode(parse::NodeId node);
  Value EvalName(parse::NodeId node);
  Value EvalCall(parse::NodeId node);
  Value EvalComprehension(parse::NodeId node);
  bool EvalArguments(llvm::ArrayRef<parse::NodeId> nodes, Args& args);
  Value LookupName(Symbol name);
  Value Binary(parse::BinaryOp op, const Value& left, const Value& right, bool in_place = false);
  Value Unary(parse::UnaryOp op, const Value& operand);
  Value Compare(parse::CompareOp op, const Value& left, const Value& right);
  Value FormatString(parse::NodeId node);

  // --- declared shapes (declared.cc)
  void CheckDeclared(const Unit& unit, parse::NodeId annotation, const Value& value, DeclaredSizes& known, Place at);
  void CheckDeclaredParameters(Frame& frame, FunctionObj* function);
  void CheckDeclaredResult(Frame& frame, FunctionObj* function, const Value& result);

  // --- objects (attribute.cc, subscript.cc)
  Value GetAttribute(const Value& object, Symbol name);
  // nullopt-like: Undefined when there is no such attribute; never raises for a missing one.
  Value FindAttribute(const Value& object, Symbol name);
  Value InstanceAttribute(const Value& object, Symbol name);
  Value CustomAttribute(const Value& object, Symbol name);
  Value AskForAttribute(const Value& method, Symbol name);
  bool IsAttributeError() const;                        // Whether that is the pending exception.
  // `plainly`: as object.__setattr__ does, past the class's own __setattr__.
  bool SetAttribute(const Value& object, Symbol name, Value value, bool plainly = false);
  bool DeleteAttribute(const Value& object, Symbol name);
  Value BindDescriptor(const Value& attribute, const Value& self, ClassObj* cls);
  Value FindInClass(ClassObj* cls, Symbol name, ClassObj** where = nullptr);
  Value GetItem(const Value& object, const Value& index);
  bool SetItem(const Value& object, const Value& index, const Value& value);
  bool DeleteItem(const Value& object, const Value& index);

  // --- calls (call.cc)
  Value Call(const Value& callee, const Args& args);
  void Expose(const Args& args);
  void Expose(const Value& value, int depth);
  Value CallFunction(FunctionObj* function, const Args& args);
  Value RunFunction(FunctionObj* function, const Args& args);
  Value Instantiate(ClassObj* cls, const Args& args);
  Value InstantiateNow(ClassObj* cls, const Args& args);
  bool TemplateKey(ClassObj* cls, const Args& args, Fingerprint& key);
  Value InstantiateTemplate(Fingerprint key, ClassObj* cls, const Args& args);
  bool BindParameters(FunctionObj* function, const Args& args, EnvObj* env);
  Value RunFrame(Frame& frame, FunctionObj* function);
  Value CallInstance(const Value& callee, const Args& args);
  Value CallModule(const Value& callee, const Value& method, bool own_call, const Args& args);
  Value CallWithHooks(InstanceObj* instance, const Value& callee, const Value& method, const Args& args);
  void RecordParameters(Frame& frame);
  Value CallMethod(const Value& object, llvm::StringRef name, llvm::ArrayRef<Value> positional = {});
  FunctionObj* MakeFunction(parse::NodeId node);
  void NoteDefault(const FunctionObj* function, size_t index);
  // --- classes (class.cc)
  Value MakeClass(parse::NodeId node);
  Value Decorate(const Value& decorator, const Value& target);
  bool NotifyBases(ClassObj* cls, const Args& keywords);
  bool TellBases(ClassObj* cls, const Args& keywords);
  void MakeEnumMembers(ClassObj* cls);
  using Fields = std::shared_ptr<const std::vector<Field>>;
  Fields FieldsOf(ClassObj* cls);
  Value InitDataclass(const Value& self, const Args& args);
  Value MakeNamedTuple(ClassObj* cls, const Args& args);
  Value EnumMember(ClassObj* cls, const Args& args);
  Value Allocate(ClassObj* cls, const Args& args);
  Value InitInstance(const Value& self, const Args& args);
  bool DataclassBefore(ClassObj* cls, ClassObj* where);
  ClassObj* MixinOf(const Value& base);
  ClassObj* NewClass(Symbol name, llvm::ArrayRef<Value> bases, Table attributes, ModuleObj* module);

  // --- built-in world (builtins.cc and *_methods.cc)
  void InstallBuiltins();
  Value BuiltinName(Symbol name);                       // Undefined when there is none.
  Value NativeModuleAttribute(llvm::StringRef module, Symbol name);  // `_trident`, `math`, ...
  Value NativeMethod(const Value& self, Symbol name);   // A bound method of a str, list, dict, ...; Undefined if none.
  Value CallNativeMethod(const Value& self, Symbol name, const Args& args);
  Value InstantiateNative(ClassObj* cls, const Args& args);
  ClassObj* NativeClass(Native native) { return native_classes_[static_cast<size_t>(native)]; }
  ClassObj* ExceptionClass(llvm::StringRef name);
  ClassObj* TypeOf(const Value& value);
  Value TypeValue(const Value& value);

  // --- torch (torch.cc)
  Value CallOperator(OperatorObj* op, const Args& args);
  Value TorchAttribute(llvm::StringRef module, Symbol name);
  Value TensorAttribute(const Value& tensor, Symbol name);
  Value TensorOperator(llvm::StringRef op, const Value& left, const Value& right, bool in_place);
  ops::Value ToOps(const Value& value, int depth = 0);
  Value FromOps(const ops::Value& value);
  // `keywords`: the names of the last of `inputs`.
  Value Finish(const ops::Result& result, llvm::StringRef op_name, llvm::ArrayRef<Value> inputs, llvm::ArrayRef<Symbol> keywords = {});
  bool ProvesNothingInEntry(const ops::Error& error, llvm::ArrayRef<Value> inputs) const;
  void ReportOperator(const ops::Error& error, llvm::ArrayRef<Value> inputs);
  std::string MadeOf(const TensorObj* tensor, shape::Dim size, llvm::ArrayRef<shape::Dim> wanted);
  void NameInferredSize(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Value& result);
  // Computes the contents of small constant tensors: models derive their widths and depths from them.
  Value Fold(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Args& args, Value result);
  Value NewTensorLike(shape::TensorType type, Native native, const Args& args);
  Value NewTensor(shape::TensorType type);
  Value MakeTensorObject(Native native, const Args& args);  // Parameter(...), Buffer(...), Tensor(...)
  // Parameters and buffers of a module and its children in state_dict order. `unique` leaves out tensors seen before.
  std::vector<std::pair<std::string, TensorObj*>> NamedTensors(InstanceObj* module, bool parameters, bool buffers, bool unique);
  std::vector<HeldTensor> HeldTensors(InstanceObj* module);

  // --- questions (truth.cc)
  Tri Truth(const Value& value);
  Tri Equals(const Value& a, const Value& b);
  Tri Identical(const Value& a, const Value& b);
  Tri Contains(const Value& container, const Value& item);
  Tri IsInstance(const Value& value, const Value& type);
  Tri IsSubclass(const Value& cls, const Value& type);
  std::string Repr(const Value& value, int depth = 0);
  std::string ToStr(const Value& value, bool* exact = nullptr);

  // --- containers (container.cc)
  Value NewList(llvm::ArrayRef<Value> items, Kind kind = Kind::List);
  Value NewTuple(llvm::ArrayRef<Value> items) { return NewList(items, Kind::Tuple); }
  DictObj* NewDict(Kind kind = Kind::Dict);
  // Whether the key's content is known well enough to be found again.
  bool HashOf(const Value& key, uint64_t& hash);
  DictObj::Item* DictFindItem(DictObj* dict, const Value& key, Tri* sure);
  Value* DictFind(DictObj* dict, const Value& key, Tri* sure);
  void MayReplaceAttributes(InstanceObj* instance);
  Value* DictLookup(DictObj* dict, const Value& key, Tri& sure);
  // Keys that are not known may be in it.
  void DictOpen(DictObj* dict);
  void DictSet(DictObj* dict, const Value& key, const Value& value);
  bool AddBeforeRun(DictObj* dict, const Value& key, const Value& value);
  bool DictErase(DictObj* dict, const Value& key);
  // The elements of an iterable. False: an exception was raised. `open` is set when others may follow or the elements
  // are not known (then `items` may hold one typical element).
  bool Iterate(const Value& iterable, llvm::SmallVectorImpl<Value>& items, bool& open);
  Value Length(const Value& value);

  // --- what calls can see (memo.cc)
  struct Visible : llvm::SmallVector<std::pair<TensorObj*, uint32_t>, 16> {
    bool of_entry = false;                              // One of them, or the owner of a size, depends on the entry's arguments.
  };
  // The tensors that a call can see, in an order that depends on the structure only, with their value numbers.
  Visible VisibleTensors(const Value& callee, const Args& args);
  // Objects that were met, with their numbers; those of most modules need no memory of their own.
  using Met = llvm::SmallDenseMap<Object*, uint32_t, 16>;
  Fingerprint StructureOf(const Value& value, int depth, Met& seen);
  Fingerprint ModuleStructure(InstanceObj* instance, Fingerprint fingerprint);
  Fingerprint IdentityOf(const Object* object);
  Fingerprint CallKey(const Value& callee, const Args& args);

  // --- summaries (recall.cc)
  Fingerprint Circumstances() const;
  bool ChangesSettings() const;
  CallKeys KeysOf(const Value& callee, const Args& args, const Visible& visible);
  Value RunModule(const CallKeys& keys, const Value& callee, const Value& method, bool own_call, const Args& args, const Visible& visible, std::string path);
  OpenCall BeginCall();
  CallNotes EndCall();
  void FinishCall(const CallKeys& keys, const Value& result, const Args& args, const Visible& visible, OpenCall call);
  void NoteUnsummarised() { ++unsummarised_; }          // No summary tells it: the call is to be run each time the script is.
  uint8_t CertaintyNow() const { return (uncertain_ > 0 ? kUncertain : kSure) | (mode_.guessing ? kGuessing : kSure); }
  void NoteCertaintyAsked() { ++certainty_asked_; }     // What is done now depends on it.
  bool MayKeep(const OpenCall& call, const Value& result) const;
  bool KeepSummary(const CallKeys& keys, const Value& result, const Args& args, const Visible& visible, const OpenCall& call, CallNotes notes);
  void AddSummary(CallSummary summary), NoteUse(uint32_t call);
  void SaveAwaited(const OpenCall& call, const Visible& visible, llvm::ArrayRef<TensorObj*> result, CallSummary& summary);
  std::optional<uint32_t> FindSummary(const CallKeys& keys, const Visible& visible) const;
  Recorded RecordedHere(const CallSummary& summary);
  std::optional<Renaming> MayPutCall(const CallSummary& call, const Recorded& recorded, const Visible& visible) const;
  Value PutCall(const CallSummary& call, const Recorded& recorded, Renaming& renaming, const std::string& path, const Args& args, const Visible& visible, bool from_last_run);
  std::optional<Value> Replay(const CallKeys& keys, const Args& args, const Visible& visible, const std::string& path);
  void ReplayGraph(const Recorded& recorded, const CallSummary& summary, Renaming& renaming, const std::string& path);
  Value Restore(const SavedValue& saved, const CallSummary& summary, const Renaming& renaming, llvm::SmallVectorImpl<TensorObj*>& made);
  Value RestoreResult(const CallSummary& summary, const Renaming& renaming, const Args& args, const Visible& visible, bool from_last_run);
  using Recallable = llvm::DenseMap<std::pair<uint64_t, uint64_t>, std::pair<const CallLog*, uint32_t>>;
  static void MakeRecallable(const CallLog& log, Recallable& calls);
  std::pair<const CallLog*, uint32_t> FindRecallable(const CallKeys& keys, uint8_t certainty);
  std::optional<Value> Recall(const CallKeys& keys, const Value& callee, const Args& args, const Visible& visible, const std::string& path);
  void SaveGaps(llvm::ArrayRef<TensorObj*> made, CallSummary& summary);
  bool KnowsGaps(const CallLog& log, const CallSummary& past) const;
  void NoteLoss(const Loss& loss), PutLoss(const Loss& loss);
  void TakeOver(const CallLog& log, uint32_t index, const Renaming& renaming);
  void SetAside(const Mark& since, bool keep_types, bool recallable);

  // --- calls that are made again by themselves (repeat.cc, retake.cc)
  bool MayTellApart(const FunctionObj* function) const;
  void SaveGiven(const Value& callee, const Args& args, Fingerprint known, OpenCall& call);
  Value CallApart(FunctionObj* function, const Args& args);
  void NoteRan(parse::NodeId function);
  bool MakeAgain(Repeat& repeat);
  bool MakeAllAgain(const Piece& piece, llvm::MutableArrayRef<Due> due, std::deque<Repeat>& repeats, std::deque<CallLog>& tried);
  std::optional<std::vector<Due>> CallsDue(Piece& piece) const;
  // Whether calls of changed functions in the piece, whose entry saw nothing else that is new, give what they gave.
  bool HoldsAgain(Piece& piece), TakeBack(Piece& piece);
  bool ScriptHoldsAgain();                              // The same of the calls that the script's own statements made.
  void Retype(const llvm::DenseSet<std::pair<parse::NodeId, Symbol>>& places);
  bool CallsStand() const;
  void NoteScriptCall(const CallSummary& call);
  bool TakeRepeats(Piece& piece, std::deque<Repeat>& repeats);
  void TakeRepeat(Piece& piece, Repeat& repeat);

  // --- when the script's statements run again (rerun.cc)
  bool OfScriptItself() const { return script_calls_ && !piece_ && scope_ == 0 && !entering_; }  // In no call that may be kept.
  Value AsScriptCall(llvm::function_ref<Value()> call);
  bool MayKeepModel(const ClassObj* cls) const;
  Value InstantiateKept(ClassObj* cls, const Args& args);
  std::shared_ptr<const KeptModel> KeepModel(const Value& made, const Args& args, const OpenCall& call, const CallNotes& notes);
  std::optional<Value> ReplayModel(const CallKeys& keys, const Args& args, const Visible& visible);
  std::optional<RemadeModel> Remake(const CallSummary& past, const Args& args);
  Value PutRemade(RemadeModel remade);
  void NoteDefinition(parse::NodeId node, Object* object);
  void EndRunOfScript(const std::shared_ptr<const Unit>& script, const Options& options);
  void BeginScriptCalls(), EndScriptCalls();
  bool RunsAgain() const;                               // A call of the script's statements, some of which may be as in their last run.
  void TakeScriptCall(CallSummary& call);

  // --- the tensor graph (record.cc)
  uint32_t GraphFile(const Unit* unit);
  // `writes`: which of `inputs` an operator in place has changed.
  // What a tensor holds has become a Python value, and with it what runs and with which sizes.
  void RecordDecision(const Value& tensor);
  void RecordNode(llvm::StringRef op_name, llvm::ArrayRef<Value> inputs, const Value& result, llvm::ArrayRef<Symbol> keywords = {}, int writes = -1);
  bool AskedInPlace(llvm::StringRef op_name, llvm::ArrayRef<Value> inputs, llvm::ArrayRef<Symbol> keywords);
  void AppendArgument(llvm::SmallVectorImpl<graph::Argument>& out, const Value& value, Symbol keyword = {}, int depth = 0);
  // Begins the entry that a call of `model` from outside any module is; what it holds is noted as it is before the call.
  graph::Entry BeginEntry(const Value& model, const Args& args);
  // Reads what the entry's module holds, unless nothing has changed since that was done last. Null: there is none.
  void ReadEntryModule(InstanceObj* module);
  llvm::ArrayRef<HeldTensor> HeldByEntry();          // By the entry's module.
  void RecordModel(const Value& model, graph::Entry entry, const Value& result, uint32_t scope);
  void EndScope(uint32_t scope, uint32_t first_node, const Value& result);
  std::string PathOfModule(const Value& module);
  const std::string* ModulePath(const Value& value) const;  // Where in the entry's module it is held, if it is.

  // --- entry points (entry.cc)
  void EnterModels(), EnterFactories();
  Value MakeModel(ClassObj* cls);
  void EnterModel(ClassObj* cls);
  Frame EntryFrame(parse::NodeId definition);
  void EnterInstance(InstanceObj* model, FunctionObj* forward, parse::NodeId definition);
  void Enter(llvm::function_ref<void()> run, bool only_types = false);  // `only_types`: nothing is sure of this entry.
  bool StandsApart(llvm::function_ref<void()> run, size_t first);
  void KeepConfirmed(llvm::function_ref<void()> run, size_t first, bool& otherwise, bool may_refuse);
  void ReportAtAllRanks(llvm::function_ref<void()> run, const std::vector<Root>& settled);
  std::vector<Problem> ProblemsOf(llvm::function_ref<void()> run);
  std::vector<Problem> ProblemsWith(bool& otherwise, llvm::function_ref<void()> run);
  std::vector<Problem> ProblemsBeside(size_t first, bool& otherwise, llvm::function_ref<void()> run);
  // Whether the settled arguments of the entry leave nothing open but the rank of one.
  bool OnlyRankIsOpen() const;
  // Whether another pass will follow whatever else this one shows: modules that can teach nothing need not run in it.
  bool PassIsSpent();
  // Whether an argument has, in this pass, another type than is known of it by now.
  bool CameTooLate(size_t root) const;
  shape::TensorType KnownType(const Root& root) const;
  // The argument of which more is known from now on.
  Root& Taught(const Lineage& lineage) { return ++pass_.taught, roots_[lineage.root - 1]; }
  void CallEntry(const Value& callee, FunctionObj* function, bool tensors, const Value& self);
  FunctionObj* ForwardOf(ClassObj* cls);
  void OpenCheckpoint(Checkpoint& checkpoint);
  void RollBack(Checkpoint& checkpoint, bool with_problems, bool recallable = true);
  bool Covered(ClassObj* cls);
  bool IsInformed(const Args& args);
  void NoteEntered(FunctionObj* function, const Args& args);
  void NoteEntered(parse::NodeId function);
  void SetEntered(parse::NodeId function);
  void DropEntered(size_t count);
  void ShowParameterTypes();
  void ShowParameter(const Piece::Parameter& parameter);
  // What only says less than other types of the same binding goes: `counts` are from before the symbolic entries.
  void DropPoorTypes(llvm::ArrayRef<uint32_t> counts);
  void WithinBudget(Piece::Label label, Symbol name, llvm::function_ref<void()> entry);
  void EnterFactory(const Value& function, parse::NodeId node);
  void EnterFunction(FunctionObj* function, ClassObj* cls), EnterFunctions();

  // --- what entries did in the last run (piece.cc)
  // Decides which pieces of the last run hold in this one, whose script has run.
  void PlanPieces();
  // What the entries of this run will find: views of names and registries, and all else that they may see.
  void SeeSurroundings();
  std::shared_ptr<Piece> EarlierPiece(Piece::Label label, const Piece* last, llvm::ArrayRef<std::shared_ptr<Piece>> chosen);
  std::shared_ptr<Piece> PieceToPut(Piece::Label label, const Piece* last);
  const Piece* FollowLast(Piece::Label label);
  // The pieces of this run become those of the last one. False: one that was taken for good did not fit.
  bool KeepPieces();
  void MovePieces(const Unit& unit, const OffsetMap& moved);
  // Runs an entry, or does what it did in the last run. `name`: what the script calls it or its class.
  void EnterPiece(Piece::Label label, Symbol name, llvm::function_ref<void()> entry);
  void RunPiece(Piece& piece, llvm::function_ref<void()> entry);
  bool MayPut(Piece& piece);
  // The number that a value made before the piece has in this run; none when it is not made again as it was.
  std::optional<graph::ValueNumber> Renumbered(graph::ValueNumber value) const;
  void NoteValues(uint32_t first_before, uint32_t first, bool as_before);
  void TakeResults(Piece& piece), PutPiece(Piece& piece), PutGraph(Piece& piece);
  void RenumberCalls(Piece& piece, uint32_t shift);
  // Functions of the script whose text changed since the last run; none when more may have changed.
  std::optional<llvm::DenseSet<parse::NodeId>> ChangedFunctions(size_t since) const;
  bool NoneChanged(const Sights& saw) const;            // Of the functions that ran.
  bool StillHolds(const Sights& saw) const, OnlyTextDiffers(const Sights& saw) const;
  // Of what runs: the innermost module call, or the entry.
  Sights& Saw() { return open_calls_.empty() ? piece_->saw : open_calls_.back().saw; }

  // --- what outlives the run (standing.cc)
  // Takes up what stands of the last run.
  bool Resume(const std::shared_ptr<const Unit>& script, const Options& options);
  // The script's statements have run: what they made stands, for as long as nothing that they saw changes.
  void Stand();
  bool OnlyBodiesChanged(const Unit& unit) const;
  void TakeDefaults(const Unit& unit);
  // Entries begin, or go on, with what they write being noted, to be undone at the run's end.
  void NoteWrites(), EndWrites(), EndEntries();
  // The model that `make` constructs, or the one that it constructed in the last run; null when it is none.
  InstanceObj* Construct(llvm::function_ref<Value()> make);
  InstanceObj* ConstructedBefore();
  void KeepConstruction(Construction& construction, InstanceObj* model);
  void NoteExecuted(parse::NodeId node);                // A function, a block of one or a default that is written out.
  Fingerprint EntriesSoFar() const;
  bool HasEntered(parse::NodeId function);
  bool HasMade(parse::NodeId cls) const;
  Piece::Answer WhetherMade(parse::NodeId cls) const;
  // The script's code sees what `value` holds.
  void NoteSeen(const Value& value) {
    if (piece_ && value.is_object() && value.object->saved) NoteRegistry(value.object);
  }
  void NoteRegistry(Object* container);
  void NoteItem(DictObj* dict, uint64_t key);
  void NoteName(ModuleObj* module, Symbol name) {
    if (piece_ && module == script_) Saw().names.insert(name);
  }
  void NoteAllNames(ModuleObj* module);
  DictObj* TableNamed(parse::NodeId node) const;
  Value* ItemNamed(parse::NodeId node, DictObj* table, const Value& key);
  // What is inside of `instance` is looked at.
  void NoteInside(const InstanceObj* instance) {
    if (piece_ && instance->cls->members_apart) NoteMember(instance);
  }
  void NoteMember(const InstanceObj* member);
  const Value& PayloadOf(const InstanceObj* instance) { return NoteInside(instance), instance->payload; }
  // A model of the class that this run made.
  InstanceObj* ModelMade(ClassObj* cls);
  void NoteMade(ClassObj* cls, InstanceObj* instance);

  // --- arguments of entry points (entry_arguments.cc)
  Value SymbolicArgument(FunctionObj* function, size_t index, bool tensors, int depth);
  Args SymbolicArguments(FunctionObj* function, bool tensors, int depth = 0);
  Value FromAnnotation(const Unit& unit, ModuleObj* module, Symbol name, parse::NodeId annotation, int depth);
  Value FromGeneric(const Unit& unit, ModuleObj* module, Symbol name, parse::NodeId annotation, int depth);
  Value FromTypeName(llvm::StringRef type, Symbol name);
  Value FromTypeText(llvm::StringRef text, Symbol name, ModuleObj* module, int depth);
  Value MakeGeneric(llvm::StringRef generic, size_t count, bool open, llvm::function_ref<Value(size_t)> type);
  Value MakeAnnotated(ClassObj* cls, int depth);
  void CollectHints();
  ClassObj* AnnotatedClass(const Unit& unit, ModuleObj* module, parse::NodeId annotation);
  ClassObj* HintedClass(Symbol name);
  Value FromHint(FunctionObj* function, Symbol name, int depth);
  Value NewRoot(Symbol name, shape::DType dtype);
  Value ArgumentItem(const Value& any, int64_t index);
  Value RootTensor(Root& root);
  void ForgetItems();
  void DeclareShape(const Value& tensor, llvm::ArrayRef<shape::Dim> sizes);

  // --- what uses say of arguments (refine.cc)
  void CollectSlots(const Value& value, ops::Value& mirror, llvm::SmallVectorImpl<Slot>& slots);
  Lineage Learn(llvm::StringRef op, llvm::MutableArrayRef<Slot> slots, llvm::ArrayRef<ops::Argument> arguments, llvm::function_ref<ops::Result()> call);
  Lineage LearnFrom(llvm::ArrayRef<Slot> group, llvm::StringRef op, llvm::ArrayRef<ops::Argument> arguments, llvm::function_ref<ops::Result()> call);
  void LearnSizes(llvm::ArrayRef<Slot> group, unsigned rank, llvm::ArrayRef<ops::Argument> arguments, llvm::function_ref<ops::Result()> call);
  void LearnDType(llvm::ArrayRef<Slot> group, shape::Shape shape, llvm::function_ref<ops::Result()> call, Lineage& result);
  void LearnFromShapeIndex(ListObj* shape, int64_t index);
  void AddEvidence(const Lineage& lineage, llvm::function_ref<void(Evidence&)> add);
  void ApplyEvidence(TensorObj* tensor);
  void Inherit(const Value& value, const Lineage& lineage);
  void NameUnpackedSizes(parse::NodeId target, ListObj* shape);
  bool TryRanksOf(parse::NodeId test, TensorObj*& tensor, uint8_t& when_true, uint8_t& when_false);
  void NarrowRanks(TensorObj* tensor, uint8_t ranks);

  // --- joins (join.cc)
  Value Join(const Value& a, const Value& b);
  void JoinStates(Journal& first_after, Journal& second_before);

  // --- failures (failure.cc)
  // Raises an exception of a built-in class; reported when nothing catches it.
  Value Raise(llvm::StringRef class_name, const std::string& message, llvm::StringRef slug = "uncaught-exception");
  Value RaiseValue(const Value& exception, llvm::StringRef slug);
  const Value& exception() const { return exception_; }
  void ReportException(), Report(Problem problem);
  std::vector<Problem>& Problems() { return piece_ ? piece_->problems : outcome_.problems; }
  void ClearException() { exception_ = Value(); }
  // Whether an enclosing try could catch an exception of this class.
  bool WouldBeCaught(llvm::StringRef class_name);
  Value Lost(llvm::StringRef reason);                   // An Unknown that remembers where (gaps.cc).
  // Layers of an nn.Sequential that do not fit each other whatever it is given (neighbours.cc).
  void CheckNeighbours(const InstanceObj* sequential, const Args& args);
  // Calls that succeed and seldom do what was meant (warnings.cc).
  void Warn(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Args& args, const Value& result);
  void WarnOfBroadcast(llvm::StringRef op, const TensorObj* a, const TensorObj* b);
  void WarnOfView(llvm::ArrayRef<Value> inputs);
  void WarnOfProduct(llvm::StringRef op, const TensorObj* a, const TensorObj* b);
  void WarnHere(llvm::StringRef slug, std::string message, const TensorObj* origin);
  bool WarnOfReshape(llvm::StringRef op, llvm::ArrayRef<Value> inputs, const Value& result);
  void WarnOfLoss(llvm::StringRef loss, llvm::ArrayRef<Value> inputs, const Args& args);  // loss_warnings.cc
  llvm::StringRef MakerOf(const TensorObj* tensor);
  void RecordGap(Symbol name, const Value& value);
  uint32_t GapOf(llvm::ArrayRef<Value> inputs);
  // The number of the gap at a place; the run has seen it from now on.
  uint32_t GapAt(Place place, Symbol reason);
  // What importing lost, or the script in this run.
  bool IsGap(const Place& place) const {
    auto slot = gap_index_.find({place.unit, place.node});
    return slot != gap_index_.end() && (place.unit != script_->unit.get() || gaps_[slot->second].seen);
  }
  void EndGaps(), ForgetGaps();
  Place Here() const;
  std::vector<Place> Stack() const;                     // Innermost first, without Trident's own descriptions.

  Frame* frame() { return frame_; }
  bool uncertain() const { return uncertain_ > 0; }
  void NoteEnvironment() { ++environment_reads_; }      // What follows from here may differ elsewhere.
  bool Step();                                          // Counts work; false when the budget is spent.
  uint64_t ObjectsUsed() const { return heap_.object_count() + replayed_objects_; }  // Of the budget.
  void SetObjectsUsed(uint64_t count) { replayed_objects_ = count - heap_.object_count(); }

  struct Uncertain {
    explicit Uncertain(Interp& interp, bool so = true) : interp_(interp), so_(so) { interp_.uncertain_ += so_; }
    ~Uncertain() { interp_.uncertain_ -= so_; }
    Interp& interp_;
    bool so_;
  };

 private:
  friend struct FrameScope;

  Program& program_;
  Options options_;
  Heap heap_;
  Outcome outcome_;
  Frame* frame_ = nullptr;
  int depth_ = 0;
  int uncertain_ = 0;
  bool left_ = false;                                   // The script ended itself: by sys.exit(), by skipping its tests.
  uint64_t environment_reads_ = 0;
  int environment_branches_ = 0;                        // Branches that the environment chose: what they raise is not published.
  uint64_t steps_ = 0;
  uint64_t step_limit_ = UINT64_MAX, object_limit_ = UINT64_MAX;  // Of the entry or the decorator being run.
  using Decorators = std::set<std::pair<const Unit*, parse::NodeId>>;
  Decorators expensive_, expensive_at_import_;          // Decorators of imported modules that were cut off.
  bool out_of_budget_ = false;

  Value exception_;
  Place exception_place_;
  std::string exception_slug_;
  std::vector<Place> exception_stack_;
  bool exception_uncertain_ = false;
  std::vector<std::vector<std::string>> handlers_;      // Class names that the enclosing try statements catch.

  llvm::StringMap<ModuleObj*> modules_;
  std::vector<ModuleObj*> module_order_;
  std::set<std::pair<std::pair<ModuleObj*, Symbol>, parse::NodeId>> star_guard_;  // Star imports being followed.
  llvm::StringMap<SkimmedWords> skimmed_words_;
  llvm::DenseMap<Symbol, Value> builtins_, natives_;
  std::array<ClassObj*, 64> native_classes_{};
  llvm::StringMap<ClassObj*> exception_classes_;
  llvm::DenseMap<std::pair<const Unit*, parse::NodeId>, Value> literals_;
  ScriptLiterals script_literals_;
  llvm::DenseMap<std::pair<std::pair<const Unit*, parse::NodeId>, Symbol>, uint32_t> binding_index_;
  TypePlaces type_places_;
  std::vector<uint32_t> typed_;                         // Bindings in the order in which they were given their types, one for each type.
  ModuleObj* script_ = nullptr;
  uint32_t next_tensor_node_ = 0, imported_nodes_ = 0;
  llvm::DenseMap<const Unit*, uint32_t> graph_files_;
  uint32_t scope_ = 0;                                  // Of the graph: the innermost module call.
  llvm::DenseMap<Object*, std::string> module_paths_;   // Of the modules in the entry's module.
  std::optional<std::vector<HeldTensor>> held_tensors_; // HeldByEntry, once that was asked for.
  std::pair<InstanceObj*, uint32_t> read_module_;       // Whose those are, and the heap's epoch then.
  int importing_ = 0;                                   // Statements of imported modules being run.
  int registering_ = 0;                                 // Decorators of module-level definitions being run.
  ModuleObj* importer_ = nullptr;                       // On whose behalf names are resolved, when it is not the frame's module.
  Sights::Effects effects_asked_;                       // By this run.
  Sights::Effects effects_ran_, effects_ran_before_;    // In the session; in earlier runs of it.
  bool fresh_ = true;                                   // It has not run before.
  bool reusable_ = true, import_saw_script_ = false;    // The latter: an imported module used the script, it is not to be kept.
  llvm::DenseSet<std::pair<Symbol, Symbol>> unexported_;  // The path of a script, and a name that imported modules looked for there in vain.
  std::vector<Problem> import_problems_;                // Of the statements of imported modules.
  std::vector<CallSummary> calls_;                      // Of the entry that runs.
  std::vector<Answer> answers_;                         // By them.
  llvm::DenseMap<std::pair<uint64_t, uint64_t>, uint32_t> summaries_;  // By what they see in this run: which of calls_.
  std::vector<CallNotes> open_calls_;
  uint64_t unsummarised_ = 0, reported_ = 0;            // Count what was done that no summary tells, and problems.
  size_t oldest_asked_ = SIZE_MAX;                      // Of the graph's nodes: the first of which the innermost call asked what it is.
  uint64_t certainty_asked_ = 0;                        // Counts what depended on CertaintyNow().
  bool told_by_serial_ = false;                         // The key being made names what only this run has.
  llvm::DenseMap<const Object*, Fingerprint> views_;    // Of the script's objects when its entries began.
  llvm::DenseSet<parse::NodeId> changed_functions_;     // Since the last run.
  Recallable recallable_, recorded_;                    // Of the last run of this entry; of this run, in other passes over entries.
  llvm::DenseMap<std::pair<const CallLog*, uint32_t>, uint32_t> recalled_;  // Of them, those that are among calls_.
  uint32_t piece_mark_ = 0, oldest_open_write_ = 0xFFFFFFFF;  // Serials: of the first object of the entry, of what it wrote to outside of the innermost call.
  std::map<std::pair<uint64_t, uint64_t>, Template> templates_;  // Of the session: they outlive runs.
  bool making_template_ = false, running_effects_ = false;
  llvm::DenseSet<InstanceObj*> hashing_;                // Modules whose structure is being told.
  llvm::DenseSet<parse::NodeId> doubtful_;              // Of those that the script ran: only on paths that may not be taken.
  llvm::DenseSet<parse::NodeId> entered_;               // Functions of the script that have run on arguments of known type.
  std::vector<parse::NodeId> entered_order_;            // The same since the entries began, in order.
  llvm::DenseMap<ClassObj*, InstanceObj*> made_;        // A model of each class of the script.
  Pieces last_, next_;                                  // Of the last run of the script that is being edited; of this run, but its pieces are pieces_.
  EarlierRuns earlier_;                                 // Before the last one.
  std::vector<std::shared_ptr<Piece>> pieces_;
  std::unique_ptr<Standing> standing_;
  std::unique_ptr<ScriptCalls> script_calls_;           // What the script's own calls of modules did; null when nothing is kept.
  bool of_script_ = false;                              // Such a call is being made.
  llvm::DenseSet<parse::NodeId> run_by_script_;         // Functions of the script that its own statements ran.
  std::vector<std::unique_ptr<Journal>> undo_;          // What entries wrote, one after the other.
  bool resumed_ = false, may_recall_ = false;           // The run began with what stood of the last one; calls of that may be used again.
  Construction* constructing_ = nullptr;
  std::shared_ptr<Piece> past_;                         // Of the last run, of the entry that runs.
  Piece* piece_ = nullptr;                              // Of the entry that runs; null when nothing is kept.
  Plan plan_;
  Object* looked_into_ = nullptr;                       // A dictionary that was seen, of which perhaps only one item is wanted.
  llvm::DenseSet<parse::NodeId> models_left_out_;       // Classes whose first instance a piece made that was not run.
  llvm::DenseMap<parse::NodeId, uint32_t> made_by_;     // Class definitions, by the piece that made the first instance.
  uint32_t piece_stamp_ = 0;                            // Tells pieces, and the runs of an entry, apart.
  std::vector<llvm::SmallVector<uint32_t, 2>> binding_pieces_;  // Parallel to the bindings' types: who noted them last.
  std::vector<uint32_t> gap_pieces_;                    // Parallel to gaps_.
  std::vector<const Unit*> graph_units_;                // Parallel to the graph's files.
  uint64_t replayed_objects_ = 0;                       // What was made without making it, less what does not count.
  std::vector<Root> roots_;                             // Of the symbolic entry being run.
  std::shared_ptr<const KnownRoots> known_roots_;       // As they were when known_roots_of_ told them.
  Fingerprint known_roots_of_;
  uint32_t generation_ = 0;                             // Of what stands.
  StoodRuns stood_;                                     // That, and before.
  std::set<Fingerprint> differing_;                     // Calls that were made again and gave something else.
  size_t next_root_ = 0;
  Pass pass_;                                           // Over the entry.
  EntryMode mode_;
  llvm::DenseMap<std::pair<uint64_t, uint64_t>, bool> failing_views_;  // By the sizes of tensor and view: whether it fails (warnings.cc).
  llvm::DenseSet<uint64_t> kept_orders_;                // Pairs of shapes: a reshape from one to the other mixes no axes.
  // Functions that ran on arguments of the entry whose types may be learnt while they run.
  std::vector<std::pair<parse::NodeId, llvm::SmallVector<TensorObj*, 2>>> awaited_;
  uint32_t misused_ = 0;                                // Operators that were given arguments of a wrong kind.
  llvm::DenseMap<Symbol, llvm::SmallVector<parse::NodeId, 2>> hints_;  // Distinct annotations of names (CollectHints).
  bool hints_collected_ = false;                        // A file without any has nothing to look for again.
  bool entering_ = false;                               // What runs is an entry that nobody calls so.
  uint32_t run_ = 0;                                    // Of the symbolic entries, counted where one was rolled back.
  enum class GeneratorEnd : uint8_t { Last, First, True, False };
  GeneratorEnd generator_end_ = GeneratorEnd::Last;     // The element after which the next generator expression may end.
  std::vector<Lack> gaps_;                              // Values of imported modules keep their numbers between runs.
  llvm::DenseMap<std::pair<const Unit*, parse::NodeId>, uint32_t> gap_index_;
  // Of classes with a __getattribute__ of their own, with the heap's epoch.
  llvm::DenseMap<std::pair<Object*, Symbol>, std::pair<Value, uint32_t>> custom_lookups_;
  bool in_metaclass_call_ = false;
  ClassObj* field_class_ = nullptr;                     // dataclasses.Field
  Value missing_;                                       // dataclasses.MISSING
  llvm::DenseMap<const ClassObj*, Fields> fields_of_;   // Of imported classes, until some class is written to.

 public:
  Outcome& outcome() { return outcome_; }
  Program& program() { return program_; }
  // What importing makes is numbered apart, so that a run's numbers do not depend on what was imported before.
  uint32_t NextNode() { return importing_ > 0 ? kFirstImportedNode + imported_nodes_++ : next_tensor_node_++; }
  ModuleObj* script() { return script_; }
};

// Makes `frame` current for a scope.
struct FrameScope {
  FrameScope(Interp& interp, Frame& frame) : interp_(interp), previous_(interp.frame_) { frame.parent = previous_; interp.frame_ = &frame; }
  ~FrameScope() { interp_.frame_ = previous_; }
  Interp& interp_;
  Frame* previous_;
};

}  // namespace trident::eval
