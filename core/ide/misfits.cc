#include "core/ide/misfits.h"

#include "core/cost/cost.h"
#include "core/cost/device.h"
#include "core/graph/facts.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

namespace trident::ide {

using graph::Node;

// Matrix units load 16 bytes of a row at a time: 8 numbers of half precision. Where rows begin elsewhere, an H100 took
// 2.0 to 2.9 times as long for even sizes and 4.0 to 7.0 times for odd ones (bf16 and f16, three products of 55 µs or more).
static constexpr int64_t kMultiple = 8;
static constexpr double kTimesEven = 2, kTimesOdd = 4;
// Smaller products were not slower: starting the kernel takes most of their time.
static constexpr double kLeastSeconds = 50e-6;

static int64_t Padded(int64_t size) { return (size + kMultiple - 1) / kMultiple * kMultiple; }

static std::string Fault(const char* name, int64_t size) { return std::string(name) + " " + std::to_string(size); }

// Nothing where all sizes fit, something is not known, or the product is small or bound by memory.
static std::optional<Misfit> MisfitOf(const Node& node, const cost::Device& device) {
  if (node.inputs.size() < 2 || node.outputs.size() != 1) return std::nullopt;
  const shape::TensorType &input = node.inputs[0].type, &weight = node.inputs[1].type;
  bool half = input.dtype == shape::DType::F16 || input.dtype == shape::DType::BF16;
  if (!half || weight.dtype != input.dtype || graph::ShortName(node.op) != "linear") return std::nullopt;
  if (!weight.shape.is_constant() || weight.shape.rank() != 2 || !input.shape.is_constant()) return std::nullopt;
  int64_t out = weight.shape.dims()[0].constant(), in = weight.shape.dims()[1].constant();
  bool in_fits = in % kMultiple == 0, out_fits = out % kMultiple == 0;
  if (in_fits && out_fits) return std::nullopt;
  cost::Cost cost = cost::NodeCost(node);
  double flops = static_cast<double>(cost.flops.value().value_or(0)), bytes = static_cast<double>((cost.bytes_read + cost.bytes_written).value().value_or(0));
  double seconds = flops / cost::PeakFlops(device, input.dtype);
  if (seconds < kLeastSeconds || seconds < bytes / device.bytes_per_second) return std::nullopt;
  bool odd = in % 2 != 0 || out % 2 != 0;
  double times = odd ? kTimesOdd : kTimesEven;
  Misfit found{node.start, node.end, "", seconds * (times - 1)};
  found.message = (in_fits ? "" : Fault("in_features", in)) + (in_fits || out_fits ? "" : " and ") + (out_fits ? "" : Fault("out_features", out));
  found.message += std::string(in_fits || out_fits ? " is no multiple" : " are no multiples") + " of 8, so that matrix units take " + shape::MachineName(input.dtype).str() + " at least " +
                   (odd ? "4" : "2") + " times as long";
  found.message += "; " + (in_fits ? "" : std::to_string(Padded(in))) + (in_fits || out_fits ? "" : " and ") + (out_fits ? "" : std::to_string(Padded(out))) + " would not";
  return found;
}

std::vector<Misfit> MisfitsIn(const eval::Outcome& outcome, const eval::Unit& script, const cost::Device& device) {
  const graph::Graph& graph = outcome.graph;
  uint32_t unit = static_cast<uint32_t>(llvm::find(graph.files, script.path) - graph.files.begin());
  // A place whose runs differ is named for the costliest of them.
  std::map<std::pair<uint32_t, uint32_t>, Misfit> places;
  for (const eval::ModelCall& call : outcome.models) {
    if (call.entry >= graph.entries.size()) continue;
    for (uint32_t i = graph.entries[call.entry].first_node; i < graph.entries[call.entry].end_node; ++i) {
      const Node& node = graph.nodes[i];
      std::optional<Misfit> found = node.unit == unit ? MisfitOf(node, device) : std::nullopt;
      if (!found) continue;
      auto [place, added] = places.try_emplace({node.start, node.end}, *found);
      if (added) continue;
      if (found->message != place->second.message && found->seconds > place->second.seconds) place->second = *found;
      else if (found->message == place->second.message) place->second.seconds += found->seconds;
    }
  }
  std::vector<Misfit> all;
  for (auto& [place, misfit] : places) all.push_back(std::move(misfit));
  return all;
}

}  // namespace trident::ide
