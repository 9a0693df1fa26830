// Holds the objects of one evaluation's heap: tensors, containers, instances, classes, functions, namespaces.
//
// Objects are allocated by Heap, numbered in order (serial) and freed together. Every write to an object that may be
// visible elsewhere goes through Heap::WillWrite first: that keeps undo journals for branches that may not be taken
// and tells call summaries that a call changed something older than itself.
#pragma once

#include "core/eval/unit.h"
#include "core/eval/value.h"
#include "core/ops/ops.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Allocator.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace trident::eval {

class Interp;

struct Object {
  Kind kind;
  bool hashed = false;                // Part of a structure that was fingerprinted (Heap::epoch).
  bool permanent = false;             // Made by importing a module: outlives the run of the script (Heap::Permanent).
  bool prelude = false;               // Permanent, and made by a module of the prelude.
  bool standing = false;              // Outlives the run of the script's entries (Heap::Standing).
  bool saved = false;                 // Permanent, and the run of the script changed it: Heap has its state before.
  bool exposed = false;               // Something unknown was given it: what it lacks may be there by now.
  uint32_t serial = 0;
  uint32_t touched = 0;               // When it was made or last written to (Heap::Tick); writes that are undone do not count.
  explicit Object(Kind k) : kind(k) {}
};

inline Value Value::Obj(Object* object) { return Obj(object->kind, object); }

// Names to values in insertion order. Linear while small, indexed when large and looked into more than now and then: many
// objects have some dozens of attributes, few of which are ever asked for.
class Table {
 public:
  using Entry = std::pair<Symbol, Value>;

  const Value* Find(Symbol name) const;
  Value* Find(Symbol name) { return const_cast<Value*>(std::as_const(*this).Find(name)); }
  void Set(Symbol name, Value value);
  // The same for a name that is not there.
  void Add(Symbol name, Value value);
  void Reserve(size_t size) { entries_.reserve(size); }
  bool Erase(Symbol name);
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  llvm::ArrayRef<Entry> entries() const { return entries_; }
  llvm::MutableArrayRef<Entry> entries() { return entries_; }

 private:
  static constexpr unsigned kLinear = 12, kScans = 16;
  void Index() const;

  llvm::SmallVector<Entry, 4> entries_;
  mutable llvm::DenseMap<Symbol, uint32_t> index_;  // Empty or whole.
  mutable uint32_t scans_ = 0;  // Of more than kLinear entries.
};

// How a tensor of a symbolic entry depends on an argument of it (refine.cc).
struct Lineage {
  uint16_t root = 0;                  // Number of the argument, from 1; 0: none.
  int8_t shift = 0;                   // The tensor's rank less the argument's.
  bool same_shape = false;
  bool same_dtype = false;
  bool sure = false;                  // Not only likely.
  bool ranked = true;                 // The shift is known; else only the dtype is the argument's.
  friend bool operator==(const Lineage&, const Lineage&) = default;
};

struct TensorObj : Object {
  static constexpr Kind kKind = Kind::Tensor;
  TensorObj() : Object(kKind) {}
  shape::TensorType type;
  uint32_t node = 0xFFFFFFFF;         // Value number in the tensor graph.
  bool parameter = false;
  bool requires_grad = false;
  bool buffer = false;                // nn.Buffer: the module that it becomes an attribute of registers it,
  bool transient = false;             // with persistent=False: not for state_dict.
  bool refinable = false;             // An entry point's argument: its first use may say what it is.
  Lineage lineage;
  uint32_t gap = 0;                   // Of unknown shape because of this gap (gaps.cc); 0: none.
  const Unit* origin_unit = nullptr;  // The user's expression that made it.
  parse::NodeId origin_node = parse::kNoNode;
  std::vector<int64_t> contents;      // Small known integer contents.
  std::vector<double> numbers;        // Small known contents of any real dtype (fold.cc).
  Table attributes;
};

struct ListObj : Object {             // List, Tuple
  explicit ListObj(Kind k) : Object(k) {}
  llvm::SmallVector<Value, 4> items;
  bool open = false;                  // There may be more or other items than these.
  bool is_size = false;               // torch.Size
  TensorObj* shape_of = nullptr;      // Of this tensor, from axis shape_start (negative: from the end).
  int shape_start = 0;
  int shape_cut = 0;                  // Up to the last axis but so many,
  bool shape_end_open = true;         // and not up to one counted from the front.
  bool is_view = false;               // keys() or items() of a dictionary: takes part in set arithmetic.
  llvm::ArrayRef<const char*> names;  // Fields of torch's named results.
};

struct DictObj : Object {             // Dict, Set (values undefined)
  explicit DictObj(Kind k) : Object(k) {}
  struct Item {
    Value key, value;
    uint64_t hash = 0;
    bool live = true;
    bool by_effects = false;          // A loaded module put it there when it was asked to (Interp::RunEffects).
  };
  static constexpr size_t kLinear = 8;  // Up to so many items are searched one by one.
  std::vector<Item> items;
  std::vector<uint32_t> slots;        // Places of items plus one, by their hashes, once there are more than kLinear; 0: free.
  uint32_t live_count = 0;
  bool open = false;
  bool of_module = false;             // Bound at module level,
  bool global = false;                // and filled by functions: other modules call them when they are loaded.
  Value factory;                      // defaultdict
  struct InstanceObj* attributes_of = nullptr;  // It is the __dict__ of that object: what is written to it are attributes.

  void AddItem(Item item);
  // Puts it before the item at `place`.
  void InsertItem(size_t place, Item item);
  void RemoveAll();
  // Whether its first items have the keys of the other's.
  bool BeginsWith(const DictObj& other) const;
  // The first live item of that hash for which `matches` says so; null: none.
  Item* FindItem(uint64_t hash, llvm::function_ref<bool(const Item&)> matches);

 private:
  void IndexItem(uint32_t place);
  void IndexAll();
};

struct SliceObj : Object {
  static constexpr Kind kKind = Kind::Slice;
  SliceObj() : Object(kKind) {}
  Value start, stop, step;
};

struct RangeObj : Object {
  static constexpr Kind kKind = Kind::Range;
  RangeObj() : Object(kKind) {}
  shape::Dim start, stop, step;
};

struct ModuleObj;

// Built-in types the interpreter treats natively; user classes may derive from them.
enum class Native : uint8_t {
  None, Object, Type, Int, Bool, Float, Complex, Str, Bytes, List, Tuple, Dict, Set, FrozenSet, Slice, Range, Function, Method,
  BuiltinFunction, Module, NoneType, Property, StaticMethod, ClassMethod, Super, Tensor, Parameter, Buffer, Size, DType, Device,
  Exception, Enum, NamedTuple, Generic, Protocol, Iterator, DefaultDict, OrderedDict, Partial, SimpleNamespace, TypeVar,
};

struct ClassObj : Object {
  static constexpr Kind kKind = Kind::Class;
  ClassObj() : Object(kKind) {}
  Symbol name;
  Symbol qualname;
  ModuleObj* module = nullptr;
  parse::NodeId definition = parse::kNoNode;  // In module's unit.
  llvm::SmallVector<Value, 2> bases;
  llvm::SmallVector<ClassObj*, 4> mro;        // Itself first.
  Table attributes;
  llvm::SmallVector<Symbol, 0> gained;        // Attributes that loaded modules gave it when they were asked to (Interp::GainsAttributes).
  Native native = Native::None;               // Of the type itself.
  Native payload = Native::None;              // The native type instances carry a value of (dict, list, str, ...).
  bool unknown_base = false;                  // Some base is not known: missing attributes are unknown.
  bool is_enum = false;
  bool members_apart = false;                 // What a member holds is not seen by who sees the member (Interp::NoteInside).
  bool is_exception = false;
  bool is_namedtuple = false;
  bool is_dataclass = false;
  bool is_nn_module = false;
  bool has_getattr = false;
  bool has_getattribute = false;              // The program's own __getattribute__ sees every access.
  bool from_prelude = false;
  Value metaclass;

  bool DerivesFrom(const ClassObj* other) const;
  bool DerivesFrom(Native n) const;
  // An enum that is nothing else besides, as IntEnum is.
  bool is_plain_enum() const { return is_enum && payload == Native::None; }
  // Whether the value is an instance of this class itself; of an enum's attributes, those are its members.
  bool Made(const Value& value) const;
};

struct InstanceObj : Object {
  static constexpr Kind kKind = Kind::Instance;
  InstanceObj() : Object(kKind) {}
  ClassObj* cls = nullptr;
  Table attributes;
  Value payload;                      // The dict, list, str... of an instance of a subclass of one.
  llvm::SmallVector<Symbol, 0> buffers;            // Names registered as buffers (nn.Module).
  llvm::SmallVector<Symbol, 0> transient_buffers;  // Those that state_dict leaves out.
  llvm::SmallVector<Symbol, 0> placeholders;       // Names that add_module gave None, or something unknown.
  bool open = false;                  // Attributes may exist that are not known.
  Fingerprint structure;              // Of a module, valid in structure_epoch (memo.cc).
  uint32_t structure_epoch = 0xFFFFFFFF;
  bool structure_by_serial = false;   // It names objects that a later run does not have.
};

// Variables of a frame, a class body or a module.
struct EnvObj : Object {
  static constexpr Kind kKind = Kind::Env;
  EnvObj() : Object(kKind) {}
  Table variables;
  EnvObj* parent = nullptr;           // Enclosing function scopes; class bodies are skipped.
  ModuleObj* module = nullptr;
  llvm::SmallVector<Symbol, 0> global_names, nonlocal_names;
  bool is_class_body = false;
};

struct FunctionObj : Object {
  static constexpr Kind kKind = Kind::Function;
  FunctionObj() : Object(kKind) {}
  Symbol name;
  Symbol qualname;
  ModuleObj* module = nullptr;
  parse::NodeId node = parse::kNoNode;  // FunctionDef or Lambda.
  const FunctionInfo* info = nullptr;
  EnvObj* closure = nullptr;            // nullptr at module level.
  ClassObj* owner = nullptr;            // The class whose body defines it: what super() starts after.
  bool replaced = false;                // An unknown decorator stands before it: it may be called with other arguments.
  llvm::SmallVector<Value, 4> defaults; // Parallel to the parameters; undefined where there is none.
  Table attributes;
};

struct MethodObj : Object {
  static constexpr Kind kKind = Kind::Method;
  MethodObj() : Object(kKind) {}
  Value self, function;
};

struct Args;
using NativeFunction = Value (*)(Interp&, const Args&);

struct BuiltinObj : Object {
  static constexpr Kind kKind = Kind::Builtin;
  BuiltinObj() : Object(kKind) {}
  Symbol name;
  NativeFunction function = nullptr;  // Null: a method of a native value, found by name on `self`.
  Value self;
};

struct OperatorObj : Object {
  static constexpr Kind kKind = Kind::Operator;
  OperatorObj() : Object(kKind) {}
  Symbol name;                        // Qualified: "torch.cat".
  ops::OpId op = ops::kNoOp;
  Value self;                         // Bound tensor of a method, else undefined.
};

struct ModuleObj : Object {
  static constexpr Kind kKind = Kind::Module;
  ModuleObj() : Object(kKind) {}
  Symbol name;                        // Dotted.
  std::shared_ptr<const Unit> unit;   // Null for a namespace folder and for unknown modules.
  std::string path;                   // Of its file or folder; empty when it has none.
  EnvObj* env = nullptr;
  bool prelude = false;
  bool torch = false;                 // Names that are not defined are looked up as torch operators.
  bool unknown = false;               // Nothing is known of it: every attribute is unknown.
  bool package = false;
  bool effects_done = false;
  llvm::StringSet<> skimmed;          // Files that were read for it and not parsed: they lack the name that was looked for.
  llvm::DenseSet<Symbol> lacks;       // Names that nothing it imports for type checkers holds.
  enum class State : uint8_t { Waiting, Running, Done };
  std::vector<State> statements;      // Of the module's body: executed on demand.
  llvm::DenseMap<Symbol, Value> submodules;  // That were asked for.
  llvm::DenseSet<Symbol> imports;     // Names of the modules that its code asked for, found or not.
};

struct PartialObj : Object {
  static constexpr Kind kKind = Kind::Partial;
  PartialObj() : Object(kKind) {}
  Value function;
  llvm::SmallVector<Value, 2> arguments;
  Table keywords;
  bool method = false;                // functools.partialmethod
};

struct PropertyObj : Object {
  static constexpr Kind kKind = Kind::Property;
  PropertyObj() : Object(kKind) {}
  Value getter, setter;
  bool cached = false;
};

struct WrapperObj : Object {          // StaticMethod, ClassMethod
  explicit WrapperObj(Kind k) : Object(k) {}
  Value function;
};

struct SuperObj : Object {
  static constexpr Kind kKind = Kind::Super;
  SuperObj() : Object(kKind) {}
  ClassObj* after = nullptr;
  Value self;                         // An instance or a class.
};

struct IteratorObj : Object {
  static constexpr Kind kKind = Kind::Iterator;
  IteratorObj() : Object(kKind) {}
  std::vector<Value> items;
  size_t position = 0;
  bool open = false;
};

struct AliasObj : Object {
  static constexpr Kind kKind = Kind::Alias;
  AliasObj() : Object(kKind) {}
  Value origin;                       // The class, or undefined for special forms.
  Symbol name;                        // "Optional", "Union", ...
  llvm::SmallVector<Value, 2> arguments;
};

// Arguments of a call, evaluated.
struct Args {
  llvm::SmallVector<Value, 6> positional;
  llvm::SmallVector<std::pair<Symbol, Value>, 4> keywords;
  bool open = false;                  // An unknown *args or **kwargs was among them: more may follow.
  bool exposed = false;               // Keywords came from an exposed dictionary: one that is missing may be there.
  bool open_rest = false;             // The callee's own `*args` may hold more; nothing that it names is left out.

  const Value* Keyword(Symbol name) const {
    for (const auto& [key, value] : keywords) {
      if (key == name) return &value;
    }
    return nullptr;
  }
};

// Calls `visit` with every object that `object` refers to.
void ForEachReference(const Object* object, llvm::function_ref<void(const Object*)> visit);

// A saved state of objects: what a branch changed.
struct Journal {
  uint32_t mark = 0;                                  // Objects with a serial below it are saved.
  std::vector<std::pair<Object*, Object*>> saved;     // (object, copy of its state before)
  llvm::DenseMap<Object*, uint32_t> index;
};

// Owns objects in regions. What importing modules makes is permanent; what the script makes and changes lasts for one run,
// and EndRun undoes it, so that the next run finds the modules as imported and imports nothing again. Of a run that may be
// taken up again, what its script and its models' constructors made is standing: it outlives EndEntries.
class Heap {
 public:
  Heap();
  ~Heap();

  // While one exists, new objects are permanent and writes are not undone.
  struct Permanent {
    explicit Permanent(Heap& heap, bool on = true, bool prelude = false)
        : heap_(heap), before_(std::exchange(heap.permanent_, heap.permanent_ || on)), prelude_before_(std::exchange(heap.prelude_, on && prelude)) {}
    ~Permanent() {
      heap_.permanent_ = before_;
      heap_.prelude_ = prelude_before_;
    }
    Heap& heap_;
    bool before_, prelude_before_;
  };
  bool permanent() const { return permanent_; }

  // While one exists, new objects that are not permanent are standing.
  struct Standing {
    explicit Standing(Heap& heap, bool on = true) : heap_(heap), before_(std::exchange(heap.standing_, on)) {}
    ~Standing() { heap_.standing_ = before_; }
    Heap& heap_;
    bool before_;
  };
  size_t standing_count() const { return standing_objects_.size(); }
  // Gives standing objects serials as if they were made now, in the same order.
  void MakeAnew(size_t first, size_t end);
  // Fingerprints of modules are to be made anew.
  void ForgetStructures() { ++epoch_; }
  size_t changed_count() const { return changed_by_run_.size(); }
  // Deletes the run's objects but for standing ones. The caller has put back what was written since `changed` permanent
  // objects had been changed, and the prelude written to `prelude_writes` times.
  void EndEntries(size_t changed, uint64_t prelude_writes);

  // Deletes the run's objects and restores the permanent ones that it changed. Nothing of the run may be used after.
  void EndRun();
  // The standing objects of a run that is about to end, to look at and not to write to.
  class Retired;
  std::unique_ptr<Retired> RetireStanding();
  // Whether no permanent object refers to one of the run, so that EndRun leaves nothing dangling.
  bool RegionsAreApart() const;
  // Permanent code changed what the run had changed before: the two cannot be told apart any more.
  bool mixed() const { return mixed_; }
  // What the object was before the run changed it, for permanent code to change both. Null: the run did not change it, or a
  // journal that was suspended would undo the change.
  Object* WillWriteBeforeRun(Object* object);
  // How often the run changed what modules of the prelude hold: settings such as the default dtype.
  uint64_t prelude_writes() const { return prelude_writes_; }
  // How often the run changed what importing made.
  uint64_t permanent_writes() const { return permanent_writes_; }
  size_t permanent_count() const { return permanent_objects_.size(); }
  // The permanent objects that the run changed, in order of the first change.
  std::vector<const Object*> ChangedByRun() const;

  template <typename T, typename... A>
  T* New(A&&... args) {
    T* object = new ((permanent_ ? permanent_memory_ : standing_ ? standing_memory_ : run_memory_).Allocate<T>()) T(std::forward<A>(args)...);
    Own(object, [](Object* o) { static_cast<T*>(o)->~T(); });
    return object;
  }

  uint32_t next_serial() const { return next_serial_; }

  // Call before changing an object that existed before the current expression.
  void WillWrite(Object* object) {
    oldest_write_ = std::min(oldest_write_, object->serial);
    if (object->hashed) {
      object->hashed = false;
      ++epoch_;
    }
    if (!journals_.empty() && object->serial < journals_.back()->mark) {
      Save(object);
    }
    if (object->permanent) SaveForRun(object);
    object->touched = clock_;
  }

  // What is touched from now on is so after the time that this gives, and what was touched is not.
  uint32_t Tick() { return clock_++; }
  uint32_t time() const { return clock_; }

  // Journals nest; only the innermost one saves, and Close merges its knowledge into the next.
  void Open(Journal& journal);
  void Close(Journal& journal);
  // Puts the saved states back; afterwards `journal` holds the states that were replaced.
  void Swap(Journal& journal);

  // Importing happens once, whichever path asked for it: what it writes is not undone with the path.
  std::vector<Journal*> SuspendJournals() {
    llvm::append_range(suspended_, journals_);
    return std::exchange(journals_, {});
  }
  void ResumeJournals(std::vector<Journal*> journals) {
    suspended_.resize(suspended_.size() - journals.size());
    journals_ = std::move(journals);
  }

  // The smallest serial written since the last call of ResetOldestWrite.
  uint32_t oldest_write() const { return oldest_write_; }
  void set_oldest_write(uint32_t serial) { oldest_write_ = serial; }

  // Changes whenever an object that was fingerprinted is about to be written.
  uint32_t epoch() const { return epoch_; }

  // Of the run, with the copies that journals hold.
  size_t object_count() const { return owned_.size() + standing_objects_.size() - stood_before_; }

 private:
  void Own(Object* object, void (*destroy)(Object*));
  void Save(Object* object);
  void SaveForRun(Object* object);

  struct Owned {
    Object* object;
    void (*destroy)(Object*);
  };
  static void Destroy(std::vector<Owned>& objects);

  llvm::BumpPtrAllocator run_memory_, standing_memory_, permanent_memory_;
  std::vector<Owned> owned_;              // Of the run, with the copies that journals hold.
  std::vector<Owned> standing_objects_, permanent_objects_;
  size_t stood_before_ = 0;               // Standing objects of earlier runs.
  std::vector<std::pair<Object*, Object*>> changed_by_run_;  // (permanent object, copy of its state before)
  bool permanent_ = false, prelude_ = false, standing_ = false;
  bool mixed_ = false;
  uint64_t prelude_writes_ = 0, permanent_writes_ = 0;
  std::vector<Journal*> journals_, suspended_;
  uint32_t next_serial_ = 1, clock_ = 1;
  uint32_t oldest_write_ = 0xFFFFFFFF;
  uint32_t epoch_ = 0;
};

class Heap::Retired {
 public:
  explicit Retired(Heap& heap) : memory_(std::move(heap.standing_memory_)), objects_(std::exchange(heap.standing_objects_, {})) {}
  ~Retired() { Destroy(objects_); }
  Retired(const Retired&) = delete;

 private:
  llvm::BumpPtrAllocator memory_;
  std::vector<Owned> objects_;
};

// Copies the state of `from` into `to` (same kind).
void CopyState(Object* to, const Object* from);

template <typename T>
T* As(const Value& value) {
  return static_cast<T*>(value.object);
}

}  // namespace trident::eval
