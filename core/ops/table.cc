#include "core/ops/rule.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace trident::ops {
namespace {

struct Entry {
  const Op* op = nullptr;
  uint32_t row = 0;  // Of the operator; its in-place form shares the schema.
  bool in_place = false;
  std::string name;  // Canonical, qualified.
};

using Schema = llvm::SmallVector<Overload, 1>;

// A guess; only the cost of growing depends on it.
constexpr unsigned kExpectedNames = 2048;

struct Table {
  std::vector<Entry> entries;
  llvm::StringMap<OpId> by_name{kExpectedNames};
  // Schemas are parsed when first called: a run uses few of them.
  std::unique_ptr<std::atomic<const Schema*>[]> schemas;
  std::mutex schema_mutex;
};

struct Place {
  char letter;
  const char* prefix;
  bool in_place;
};

// The first that applies gives the canonical name.
constexpr Place kPlaces[] = {
    {'f', "torch.", false},
    {'l', "torch.linalg.", false},
    {'t', "torch.fft.", false},
    {'s', "torch.special.", false},
    {'w', "torch.signal.windows.", false},
    {'k', "torch.masked.", false},
    {'n', "torch.nn.functional.", false},
    {'b', "torch.nn.functional.", false},
    {'m', "torch.Tensor.", false},
    {'x', "", false},
    {'i', "torch.Tensor.", true},
    {'j', "torch.", true},
    {'p', "torch.nn.functional.", true},
};

void AddRow(Table& table, const Op& op, uint32_t row) {
  llvm::StringRef where = op.where;
  OpId plain = kNoOp, in_place = kNoOp;
  for (const Place& place : kPlaces) {
    if (!where.contains(place.letter)) {
      continue;
    }
    OpId& id = place.in_place ? in_place : plain;
    llvm::StringRef rest = op.names;
    while (!rest.empty()) {
      auto [name, tail] = rest.split(' ');
      rest = tail;
      llvm::SmallString<64> qualified = llvm::StringRef(place.prefix);
      qualified += name;
      if (place.in_place) {
        qualified += '_';
      }
      if (id == kNoOp) {
        id = table.entries.size();
        table.entries.push_back({&op, row, place.in_place, std::string(qualified)});
      }
      table.by_name.try_emplace(qualified, id);
    }
  }
}

Table* BuildTable() {
  auto* table = new Table;  // Never destroyed: other threads may still look up at exit.
  table->entries.reserve(kExpectedNames);
  uint32_t rows = 0;
#define TRIDENT_OPS_FAMILY(Name)     \
  for (const Op& op : Name##Ops()) { \
    AddRow(*table, op, rows++);      \
  }
#include "core/ops/families.def"
#undef TRIDENT_OPS_FAMILY
  table->schemas = std::make_unique<std::atomic<const Schema*>[]>(rows);
  return table;
}

Table& TheTable() {
  static Table* table = BuildTable();
  return *table;
}

const Schema& SchemaOf(Table& table, const Entry& entry) {
  std::atomic<const Schema*>& slot = table.schemas[entry.row];
  if (const Schema* schema = slot.load(std::memory_order_acquire)) {
    return *schema;
  }
  std::lock_guard<std::mutex> lock(table.schema_mutex);
  if (!slot.load(std::memory_order_relaxed)) {
    slot.store(new Schema(ParseSchema(entry.op->schema)), std::memory_order_release);
  }
  return *slot.load(std::memory_order_relaxed);
}

}  // namespace

OpId Find(llvm::StringRef qualified_name) {
  while (qualified_name.starts_with("torch.torch.")) {  // The module holds itself.
    qualified_name = qualified_name.drop_front(6);
  }
  Table& table = TheTable();
  auto found = table.by_name.find(qualified_name);
  if (found != table.by_name.end()) {
    return found->second;
  }
  // torch.ops.aten.add.Tensor: the overload follows from the arguments.
  if (!qualified_name.consume_front("torch.ops.aten.")) {
    if (qualified_name.starts_with("torch.ops.") && qualified_name.count('.') > 3) {
      return Find(qualified_name.rsplit('.').first);
    }
    return kNoOp;
  }
  llvm::StringRef bare = qualified_name.split('.').first;
  std::pair<llvm::StringRef, llvm::StringRef> prefixes[] = {{"linalg_", "torch.linalg."}, {"special_", "torch.special."},
                                                            {"fft_", "torch.fft."},       {"", "torch."},
                                                            {"", "torch.Tensor."},        {"", "torch.nn.functional."}};
  for (auto [marker, prefix] : prefixes) {
    if (!bare.starts_with(marker)) {
      continue;
    }
    found = table.by_name.find((prefix + bare.drop_front(marker.size())).str());
    if (found != table.by_name.end()) {
      return found->second;
    }
  }
  return kNoOp;
}

llvm::StringRef Name(OpId op) { return TheTable().entries[op].name; }

Result Call(OpId op, llvm::ArrayRef<Argument> arguments) {
  Table& table = TheTable();
  const Entry& entry = table.entries[op];
  ops::Bound call(*entry.op, SchemaOf(table, entry), entry.name, entry.in_place, arguments);
  return call.Bind() ? call.Finish(entry.op->rule(call)) : call.Finish({});
}

}  // namespace trident::ops
