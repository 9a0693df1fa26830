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
  bool descriptors = false, unaligned = false;
  for (const Operand& operand : workload.operands) {
    (operand.in_loop ? loop : before) += operand.bytes;
    if (operand.in_loop) widest = std::max(widest, operand.bytes), descriptors |= operand.descriptor;
    unaligned |= operand.descriptor && !operand.aligned;
  }
  if (workload.products.empty() || loop + before == 0) return workload.scratch;
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
    // Below 9.0 descriptors become pointers, whose loads are pipelined when they are wide.
    bytes = before + (pipelined && !(descriptors && unaligned) ? (stages - 1) * loop : loop);
  }
  // The result changes its layout on the way to memory: on Hopper 16 rows for each warp at a time, with the older
  // instruction the whole tile when a thread holds less than 32 elements of it (measured).
  int64_t epilogue = 0;
  for (const Product& product : workload.products) {
    int64_t tile = product.rows * product.columns;
    // Of results of 16 bits it is the whole tile in more cases, again as measured.
    bool whole = tile < 32 * 32 * warps || (workload.stored_bytes == 2 && (tile < 128 * 32 * warps || warps >= 8));
    bool small = !amd && target != "cuda:100" && target != "cuda:90" && whole;
    if (target == "cuda:90") epilogue = std::max(epilogue, std::min(tile, 16 * warps * product.columns) * workload.stored_bytes);
    if (small) epilogue = std::max(epilogue, tile * workload.stored_bytes);
  }
  return std::max(bytes, epilogue);
}

namespace {

struct Layout {
  llvm::SmallVector<int64_t, 4> warps, covered;  // By dim: warps along it, and elements that all threads cover at once.
};

Layout LayoutOf(llvm::ArrayRef<int64_t> sizes, Spread spread, int64_t warps) {
  static constexpr int64_t kWarp = 32;
  Layout out;
  out.warps.assign(sizes.size(), 1);
  out.covered.assign(sizes.size(), 1);
  llvm::SmallVector<unsigned, 4> order = {spread.fastest};
  for (unsigned i = sizes.size(); i-- > 0;) {
    if (i != spread.fastest) order.push_back(i);
  }
  int64_t lanes = kWarp;
  for (unsigned dim : order) {
    bool last = dim == order.back();
    int64_t each = dim == spread.fastest ? spread.elements : 1;
    int64_t threads = last ? lanes : std::clamp<int64_t>(sizes[dim] / each, 1, lanes);
    int64_t here = last ? warps : std::clamp<int64_t>(sizes[dim] / (each * threads), 1, warps);
    lanes /= threads;
    warps /= here;
    out.warps[dim] = here;
    out.covered[dim] = each * threads * here;
  }
  return out;
}

}  // namespace

int64_t ReductionBytes(llvm::ArrayRef<int64_t> sizes, unsigned axis, Spread spread, int64_t warps, int64_t element_bytes) {
  Layout layout = LayoutOf(sizes, spread, warps);
  if (layout.warps[axis] == 1) return 0;
  int64_t rest = 1;
  for (unsigned i = 0; i < sizes.size(); ++i) rest *= i == axis ? 1 : sizes[i];
  return rest * layout.warps[axis] * element_bytes;
}

int64_t ScanBytes(llvm::ArrayRef<int64_t> sizes, unsigned axis, Spread spread, int64_t warps, int64_t element_bytes) {
  Layout layout = LayoutOf(sizes, spread, warps);
  if (layout.warps[axis] == 1) return 0;
  int64_t rest = 1;
  for (unsigned i = 0; i < sizes.size(); ++i) rest *= i == axis ? 1 : sizes[i];
  return rest * layout.warps[axis] * std::max<int64_t>(1, sizes[axis] / layout.covered[axis]) * element_bytes;
}

int64_t Registers(const Workload& workload, llvm::StringRef target, int64_t warps) {
  static constexpr int64_t kMost = 255, kBase = 24, kWord = 4, kAll = 65536;
  int64_t threads = 32 * warps, numbers = 0;
  for (const Product& product : workload.products) numbers += product.rows * product.columns / threads;
  bool in_memory = (target == "cuda:90" || target == "cuda:100") && llvm::all_of(workload.products, [](const Product& p) { return p.rows >= 64; });
  if (workload.products.empty()) {
    numbers = workload.live_bytes * 5 / 4 / kWord / threads;
  } else if (!in_memory) {
    // Each warp holds rows and columns that its neighbours hold as well.
    for (const Operand& operand : workload.operands) numbers += 2 * operand.bytes / kWord / threads;
  } else {
    numbers += kBase / 2;
  }
  if (numbers == 0) return 0;
  return std::min({kBase + numbers, kMost, kAll / threads});
}

}  // namespace trident::kernel
