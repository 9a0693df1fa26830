#include "core/kernel/resources.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::kernel {

// Limits of one block of threads, as the driver gives them.
static constexpr Target kTargets[] = {
    {"cuda:75", "T4", 65536},     {"cuda:80", "A100", 166912},     {"cuda:86", "RTX 30", 101376},   {"cuda:89", "RTX 40, L4", 101376}, {"cuda:90", "H100", 232448},
    {"cuda:100", "B200", 232448}, {"cuda:120", "RTX 50", 101376}, {"hip:gfx942", "MI300", 65536}, {"hip:gfx950", "MI350", 163840},
};

llvm::ArrayRef<Target> Targets() { return kTargets; }

std::optional<int64_t> SharedBytes(const Workload& workload, llvm::StringRef target, int64_t warps, int64_t stages) {
  if (llvm::none_of(kTargets, [&](const Target& each) { return target == each.name; })) return std::nullopt;
  int64_t loop = 0, widest = 0, before = 0;
  bool descriptors = false;
  for (const Operand& operand : workload.operands) {
    (operand.in_loop ? loop : before) += operand.bytes;
    if (operand.in_loop) widest = std::max(widest, operand.bytes), descriptors |= operand.descriptor;
  }
  // What warps hand each other in a reduction: a number each.
  int64_t reduction = workload.reduces_rows && warps > 1 ? 4 * warps : 0;
  if (workload.products.empty() || loop + before == 0) return reduction;
  bool amd = target.starts_with("hip");
  bool pipelined = stages > 1 && loop > 0;
  auto all = [&](auto test) { return llvm::all_of(workload.products, test); };
  int64_t bytes = 0;
  if (amd) {
    // Operands from before the loop stay in registers.
    bytes = pipelined ? (stages - 1) * loop : widest;
  } else if (target == "cuda:90" && warps % 4 == 0 && all([](const Product& p) { return p.rows >= 64 && Bits(p.scalar) > 8; })) {
    bytes = before + (pipelined ? stages : 1) * loop + (descriptors ? 8 * stages : 0);
  } else if (target == "cuda:100" && all([](const Product& p) { return p.rows >= 64 && p.scalar != Scalar::Int8; })) {
    bytes = before + (pipelined ? stages * loop + (descriptors ? 48 : 16) : loop + 8);
  } else if (descriptors && target == "cuda:120") {
    bytes = before + (pipelined ? (stages - 1) * (loop + 8) : loop);
  } else {
    // Below 9.0 descriptors become pointers that are not pipelined.
    bytes = before + (pipelined && !descriptors ? (stages - 1) * loop : loop);
  }
  // The result changes its layout on the way to memory: on Hopper 16 rows for each warp at a time, with the older
  // instruction the whole tile when a thread holds less than 32 elements of it (measured).
  int64_t epilogue = 0;
  for (const Product& product : workload.products) {
    int64_t tile = product.rows * product.columns;
    bool small = !amd && target != "cuda:100" && target != "cuda:90" && tile < 32 * 32 * warps;
    if (target == "cuda:90") epilogue = std::max(epilogue, std::min(tile, 16 * warps * product.columns) * workload.stored_bytes);
    if (small) epilogue = std::max(epilogue, tile * workload.stored_bytes);
  }
  return std::max({bytes, epilogue, reduction});
}

}  // namespace trident::kernel
