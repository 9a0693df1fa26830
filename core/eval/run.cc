// The stage's entry: one evaluation from start to end.
#include "core/eval/eval.h"

#include "core/eval/interp.h"
#include "core/profile/profile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/thread.h"

namespace trident::eval {

Interp::Interp(Program& program, const Options& options) : program_(program), options_(options) {
  InstallBuiltins();
  outcome_.graph.scopes.push_back({});
}

Interp::~Interp() = default;

Outcome Interp::TakeOutcome() { return std::move(outcome_); }

static std::string JsonOf(shape::Dim dim) {
  if (dim.is_constant()) return std::to_string(dim.constant());
  return dim.is_unknown() ? "null" : '"' + dim.ToString() + '"';
}

static std::string JsonOf(const shape::TensorType& type) {
  // An unknown dtype is null, as an unknown size is.
  std::string out = type.dtype == shape::DType::Unknown ? std::string("[null, ") : "[\"" + shape::MachineName(type.dtype).str() + "\", ";
  if (!type.shape.rank_known()) return out + "null]";
  out += '[';
  for (unsigned i = 0; i < type.shape.rank(); ++i) out += (i ? ", " : "") + JsonOf(type.shape.dims()[i]);
  return out + "]]";
}

std::string TypeDesc::ToJson() const {
  switch (kind) {
    case Kind::Unknown: return "null";
    case Kind::Tensor: return JsonOf(tensor);
    case Kind::Constant: return "{\"val\": " + constant + "}";
    case Kind::Sequence: {
      std::string out = "{\"seq\": [";
      for (size_t i = 0; i < elements.size(); ++i) out += (i ? ", " : "") + elements[i].ToJson();
      return out + "]}";
    }
  }
  return "null";
}

std::string TypeDesc::ToString() const {
  switch (kind) {
    case Kind::Unknown: return "?";
    case Kind::Tensor: return tensor.ToString();
    case Kind::Constant: {
      llvm::StringRef text = constant;
      text.consume_front("\"");
      text.consume_back("\"");
      return text.str();
    }
    case Kind::Sequence: {
      std::string out = "(";
      for (size_t i = 0; i < elements.size(); ++i) out += (i ? ", " : "") + elements[i].ToString();
      return out + ")";
    }
  }
  return "?";
}

bool TypeDesc::HoldsTensor() const {
  return kind == Kind::Tensor || llvm::any_of(elements, [](const TypeDesc& element) { return element.HoldsTensor(); });
}

// Deep but bounded recursion of the program under analysis must fit; only touched pages cost memory.
static constexpr unsigned kStackBytes = 256u << 20;

Outcome Run(Program& program, std::shared_ptr<const Unit> script, const Options& options) {
  Outcome outcome;
  profile::Report measured;
  llvm::thread worker(std::optional<unsigned>(kStackBytes), [&] {
    profile::ResetCurrent();
    {
      profile::ScopedStage stage(profile::Stage::Eval);
      Interp interp(program, options);
      interp.RunScript(script);
      interp.EnterModels();
      outcome = interp.TakeOutcome();
    }
    profile::Current()[profile::Stage::Eval].items += outcome.calls;
    profile::Current()[profile::Stage::Eval].hits += outcome.memo_hits;
    measured = profile::Current();
  });
  worker.join();
  profile::Current().Add(measured);
  return outcome;
}

}  // namespace trident::eval
