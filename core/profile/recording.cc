#include "core/profile/recording.h"

#include "core/profile/event_stream.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace trident::profile {
namespace {

using simdjson::ondemand::object;
using simdjson::ondemand::value;

constexpr uint32_t kNone = 0xFFFFFFFF;
// External ids are counted from 1; larger ones are not (a guess) and are kept in a table of their own.
constexpr uint64_t kMaxDense = 1 << 28;

// A string as it stands in the text, escapes and all. False: it is none.
bool RawString(value& from, llvm::StringRef& into) {
  simdjson::ondemand::raw_json_string raw;
  if (from.get_raw_json_string().get(raw) != simdjson::SUCCESS) {
    return false;
  }
  const char* start = raw.raw();
  const char* end = start;
  while (*end != '"') {
    end += *end == '\\' ? 2 : 1;
  }
  into = {start, static_cast<size_t>(end - start)};
  return true;
}

// Only the escapes that paths and names have.
std::string Unescaped(llvm::StringRef raw) {
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      ++i;
      out += raw[i] == 'n' ? '\n' : raw[i] == 't' ? '\t' : raw[i];
    } else {
      out += raw[i];
    }
  }
  return out;
}

// "model.py(41): forward"
struct PythonPlace {
  std::string file, function;
  uint32_t line = 0;
};

std::optional<PythonPlace> ParsePlace(llvm::StringRef text) {
  size_t close = text.find("): ");
  size_t open = close == llvm::StringRef::npos ? close : text.take_front(close).rfind('(');
  PythonPlace place;
  if (open == llvm::StringRef::npos || text.slice(open + 1, close).getAsInteger(10, place.line)) {
    return std::nullopt;
  }
  place.file = Unescaped(text.take_front(open));
  place.function = Unescaped(text.drop_front(close + 3));
  return place;
}

// PyTorch's own functions stand between a model's and the operators.
bool IsPyTorch(llvm::StringRef file) {
  return file.starts_with("torch/") || file.contains("/torch/") || file.starts_with("<") || file.contains("site-packages/torch");
}

class Importer {
 public:
  bool Use(object& event);
  Recording Finish(uint64_t bytes);

 private:
  struct Fields {
    llvm::StringRef phase, category, name, stack;
    uint64_t thread = 0, external = 0;
    double start = 0, duration = 0;
  };
  struct Open {  // A function, a module or an operator that has not ended on its thread.
    double end = 0;
    uint32_t name = 0;
  };
  struct Thread {
    std::vector<Open> functions, modules, operators;
  };
  // A function name's place; nullopt for PyTorch's own and for built-ins.
  struct Name {
    llvm::StringRef text;
    bool is_module = false;
    std::optional<PythonPlace> place;
  };

  static bool Read(object& event, Fields& fields);
  static bool ReadArguments(value& from, Fields& fields);
  uint32_t NameOf(llvm::StringRef raw);
  uint32_t SiteOf(const Fields& fields, const Thread& thread, uint32_t op);
  uint32_t StackLine(llvm::StringRef raw);
  void UseOperator(const Fields& fields);
  void UseFunction(const Fields& fields);
  void UseKernel(const Fields& fields);

  llvm::StringMap<uint32_t> names_;
  std::vector<Name> name_list_;
  llvm::DenseMap<uint64_t, Thread> threads_;
  // (operator, module, function, line of the stack) -> index.
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>, uint32_t> site_index_;
  std::vector<uint32_t> site_of_external_;
  llvm::DenseMap<uint64_t, uint32_t> site_of_large_external_;
  llvm::StringMap<RecordedKernel> kernels_;
  std::vector<uint64_t> module_calls_;  // By name.
  std::vector<uint32_t> modules_;       // Names, in order of first calls.
  Recording recording_;
};

bool Importer::ReadArguments(value& from, Fields& fields) {
  object arguments;
  if (from.get_object().get(arguments) != simdjson::SUCCESS) {
    return true;
  }
  for (auto field : arguments) {
    value content;
    simdjson::ondemand::raw_json_string key;
    if (field.key().get(key) != simdjson::SUCCESS || field.value().get(content) != simdjson::SUCCESS) {
      return false;
    }
    if (key.unsafe_is_equal("External id") || key.unsafe_is_equal("external id")) {
      if (content.get_uint64().get(fields.external) != simdjson::SUCCESS) {
        fields.external = 0;
      }
    } else if (key.unsafe_is_equal("Call stack")) {
      RawString(content, fields.stack);
    }
  }
  return true;
}

bool Importer::Read(object& event, Fields& fields) {
  for (auto field : event) {
    value content;
    simdjson::ondemand::raw_json_string key;
    if (field.key().get(key) != simdjson::SUCCESS || field.value().get(content) != simdjson::SUCCESS) {
      return false;
    }
    bool is_good = true;
    if (key.unsafe_is_equal("ph")) {
      is_good = RawString(content, fields.phase);
    } else if (key.unsafe_is_equal("cat")) {
      is_good = RawString(content, fields.category);
    } else if (key.unsafe_is_equal("name")) {
      is_good = RawString(content, fields.name);
    } else if (key.unsafe_is_equal("ts")) {
      is_good = content.get_double().get(fields.start) == simdjson::SUCCESS;
    } else if (key.unsafe_is_equal("dur")) {
      is_good = content.get_double().get(fields.duration) == simdjson::SUCCESS;
    } else if (key.unsafe_is_equal("tid")) {
      std::string_view token = content.raw_json_token();
      fields.thread = llvm::hash_value(llvm::StringRef(token.data(), token.size()).rtrim()) >> 2;
    } else if (key.unsafe_is_equal("args")) {
      is_good = ReadArguments(content, fields);
    }
    if (!is_good) {
      return false;
    }
  }
  return true;
}

uint32_t Importer::NameOf(llvm::StringRef raw) {
  auto [at, is_new] = names_.try_emplace(raw, static_cast<uint32_t>(name_list_.size()));
  if (is_new) {
    Name name;
    name.text = at->first();
    name.is_module = raw.starts_with("nn.Module: ");
    if (!name.is_module) {
      name.place = ParsePlace(raw);
      if (name.place && IsPyTorch(name.place->file)) {
        name.place.reset();
      }
    }
    name_list_.push_back(std::move(name));
  }
  return at->second;
}

// The name of the innermost own frame of "model.py(41): forward;torch/nn/modules/module.py(…": …".
uint32_t Importer::StackLine(llvm::StringRef raw) {
  while (!raw.empty()) {
    auto [frame, rest] = raw.split(';');
    // Some versions end frames with an escaped line break.
    frame.consume_back("\\n");
    frame.consume_front("\\n");
    if (uint32_t name = NameOf(frame.trim()); name_list_[name].place) {
      return name;
    }
    raw = rest;
  }
  return kNone;
}

uint32_t Importer::SiteOf(const Fields& fields, const Thread& thread, uint32_t op) {
  uint32_t module = thread.modules.empty() ? kNone : thread.modules.back().name;
  uint32_t function = kNone;
  for (const Open& open : llvm::reverse(thread.functions)) {
    if (name_list_[open.name].place) {
      function = open.name;
      break;
    }
  }
  uint32_t line = fields.stack.empty() ? kNone : StackLine(fields.stack);
  auto [at, is_new] = site_index_.try_emplace({op, module, function, line}, static_cast<uint32_t>(recording_.sites.size()));
  if (is_new) {
    RecordedSite site;
    site.op = Unescaped(name_list_[op].text);
    if (module != kNone) {
      site.module = Unescaped(name_list_[module].text.drop_front(llvm::StringRef("nn.Module: ").size()));
    }
    if (uint32_t place = line != kNone ? line : function; place != kNone) {
      site.file = name_list_[place].place->file;
      site.function = name_list_[place].place->function;
      site.line = name_list_[place].place->line;
      site.is_line = line != kNone;
    }
    recording_.sites.push_back(std::move(site));
  }
  return at->second;
}

void Importer::UseFunction(const Fields& fields) {
  Thread& thread = threads_[fields.thread];
  uint32_t name = NameOf(fields.name);
  std::vector<Open>& open = name_list_[name].is_module ? thread.modules : thread.functions;
  while (!open.empty() && open.back().end <= fields.start) {
    open.pop_back();
  }
  open.push_back({fields.start + fields.duration, name});
  if (name_list_[name].is_module) {
    module_calls_.resize(std::max<size_t>(module_calls_.size(), name + 1), 0);
    if (module_calls_[name]++ == 0) {
      modules_.push_back(name);
    }
  }
}

void Importer::UseOperator(const Fields& fields) {
  Thread& thread = threads_[fields.thread];
  for (std::vector<Open>* open : {&thread.functions, &thread.modules, &thread.operators}) {
    while (!open->empty() && open->back().end <= fields.start) {
      open->pop_back();
    }
  }
  bool is_outermost = thread.operators.empty();
  uint32_t name = is_outermost ? NameOf(fields.name) : thread.operators.front().name;
  uint32_t site = SiteOf(fields, thread, name);
  if (is_outermost) {
    recording_.sites[site].calls += 1;
    recording_.sites[site].host_microseconds += fields.duration;
  }
  thread.operators.push_back({fields.start + fields.duration, name});
  if (fields.external >= kMaxDense) {
    site_of_large_external_[fields.external] = site;
  } else if (fields.external != 0) {
    if (fields.external >= site_of_external_.size()) {
      site_of_external_.resize(std::max<size_t>(fields.external + 1, site_of_external_.size() * 3 / 2), kNone);
    }
    site_of_external_[fields.external] = site;
  }
}

void Importer::UseKernel(const Fields& fields) {
  RecordedKernel& kernel = kernels_[fields.name];
  kernel.calls += 1;
  kernel.microseconds += fields.duration;
  uint32_t site = kNone;
  if (fields.external >= kMaxDense) {
    auto found = site_of_large_external_.find(fields.external);
    site = found == site_of_large_external_.end() ? kNone : found->second;
  } else if (fields.external < site_of_external_.size()) {
    site = site_of_external_[fields.external];
  }
  if (site == kNone) {
    recording_.unplaced_device_microseconds += fields.duration;
    return;
  }
  recording_.sites[site].kernels += 1;
  recording_.sites[site].device_microseconds += fields.duration;
}

bool Importer::Use(object& event) {
  Fields fields;
  if (!Read(event, fields)) {
    return false;
  }
  recording_.events += 1;
  if (fields.phase != "X") {
    return true;
  }
  if (fields.category == "cpu_op" || fields.category == "Operator") {
    UseOperator(fields);
  } else if (fields.category == "python_function") {
    UseFunction(fields);
  } else if (fields.category == "kernel" || fields.category == "Kernel" || fields.category == "gpu_memcpy" || fields.category == "gpu_memset") {
    UseKernel(fields);
  }
  return true;
}

Recording Importer::Finish(uint64_t bytes) {
  recording_.bytes = bytes;
  for (auto& entry : kernels_) {
    entry.second.name = Unescaped(entry.first());
    recording_.kernels.push_back(std::move(entry.second));
  }
  llvm::sort(recording_.kernels,
             [](const RecordedKernel& a, const RecordedKernel& b) { return std::tie(b.microseconds, a.name) < std::tie(a.microseconds, b.name); });
  llvm::stable_sort(recording_.sites, [](const RecordedSite& a, const RecordedSite& b) {
    return std::tie(b.device_microseconds, b.host_microseconds) < std::tie(a.device_microseconds, a.host_microseconds);
  });
  for (uint32_t name : modules_) {
    recording_.module_calls.emplace_back(Unescaped(name_list_[name].text.drop_front(llvm::StringRef("nn.Module: ").size())), module_calls_[name]);
  }
  return std::move(recording_);
}

}  // namespace

llvm::Expected<Recording> ImportTrace(ReadPiece read) {
  EventStream stream(read);
  Importer importer;
  if (llvm::Error error = stream.ForEach([&](EventStream::Event& event) { return importer.Use(event); })) {
    return std::move(error);
  }
  return importer.Finish(stream.bytes());
}

}  // namespace trident::profile
