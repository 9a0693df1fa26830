#include "core/codegen/kernels.h"

#include "core/codegen/expression.h"
#include "core/codegen/forward.h"
#include "core/optimize/pointwise.h"

#include <map>

namespace trident::codegen {

using graph::Node;
using graph::Use;
using optimize::Kernel;

namespace {

constexpr const char* kHead = R"py(
try:
    import triton
    from triton import language as tl
    HAS_TRITON = True
except ImportError:  # PyTorch's operators compute the same.
    HAS_TRITON = False


def _in_one_kernel(whole, parts=(), shape=None):
    """Whether a kernel may run: a GPU's tensors of one layout, and no gradient wanted."""
    tensors = whole + parts
    if not HAS_TRITON or not all(each.is_cuda and each.device == whole[0].device for each in tensors):
        return False
    if torch.is_grad_enabled() and any(each.requires_grad for each in tensors):
        return False
    if any(each.shape != whole[0].shape or each.stride() != whole[0].stride() for each in whole):
        return False
    if parts:  # What is broadcast is found by its place in tensors of these sizes.
        return whole[0].shape == shape and all(each.is_contiguous() for each in tensors)
    return whole[0].is_contiguous() or whole[0].dim() == 4 and whole[0].is_contiguous(memory_format=torch.channels_last)
)py";

class Writer {
 public:
  explicit Writer(const Kernel& kernel) : kernel_(kernel) {
    for (size_t i = 0; i < kernel.operands.size(); ++i) names_[kernel.operands[i].value] = ParameterName(i);
  }

  std::string Device() {
    std::string parameters, loads, body;
    for (const Use& use : kernel_.operands) {
      const std::string& name = names_[use.value];
      parameters += name + "_pointer, ";
      bool whole = optimize::IsWhole(use.type, kernel_.result.type);
      std::string convert = use.type.dtype == shape::DType::Bool ? "" : ".to(tl.float32)";
      loads += "        " + name + " = tl.load(" + name + "_pointer + " + (whole ? "at" : IndexOf(use.type)) + ", mask=inside)" + convert + "\n";
    }
    auto tensor = [&](ValueNumber value) { return names_[value]; };
    optimize::Spelled spelled{tensor, Number};
    for (size_t i = 0; i < kernel_.nodes.size(); ++i) {
      const Node& node = kernel_.nodes[i];
      std::string expression = optimize::InKernel(node, spelled).value_or("");
      std::string name = i + 1 == kernel_.nodes.size() ? "result" : "t" + std::to_string(i);
      body += "        " + name + " = " + expression + "\n";
      names_[node.outputs[0].value] = name;
    }
    // Offsets beyond 2^31 need 64 bits, in which division is slow; without division the sizes may be any.
    bool narrow = llvm::any_of(kernel_.operands, [&](const Use& use) { return !optimize::IsWhole(use.type, kernel_.result.type); }) &&
                  kernel_.result.type.shape.numel().constant() < int64_t{1} << 31;
    std::string at = std::string("tl.program_id(0)") + (narrow ? "" : ".to(tl.int64)") + " * BLOCK + tl.arange(0, BLOCK)";
    return "    @triton.jit\n    def _" + kernel_.name + "(" + parameters + "result_pointer, size, BLOCK: tl.constexpr):\n        at = " + at +
           "\n        inside = at < size\n" + loads + body + "        tl.store(result_pointer + at, result, mask=inside)\n";
  }

  // Chooses between the kernel and PyTorch's operators.
  std::string Host() const {
    std::string all, whole, parts, like;
    std::vector<const Node*> nodes;
    std::vector<ValueNumber> parameters;
    for (const Node& node : kernel_.nodes) nodes.push_back(&node);
    for (size_t i = 0; i < kernel_.operands.size(); ++i) {
      const Use& use = kernel_.operands[i];
      std::string name = ParameterName(i);
      parameters.push_back(use.value);
      all += name + ", ";
      bool is_whole = optimize::IsWhole(use.type, kernel_.result.type);
      (is_whole ? whole : parts) += name + ", ";
      if (is_whole && use.type.dtype == kernel_.result.type.dtype && like.empty()) like = name;
    }
    auto tuple = [](llvm::StringRef names) { return "(" + (names.count(',') > 1 ? names.drop_back(2) : names.drop_back(1)).str() + ")"; };
    std::string text = "    if _in_one_kernel(" + tuple(whole);
    if (!parts.empty()) {
      std::string sizes;
      for (shape::Dim dim : kernel_.result.type.shape.dims()) sizes += std::to_string(dim.constant()) + ", ";
      text += ", " + tuple(parts) + ", " + tuple(sizes);
    }
    text += "):\n        result = torch.empty_like(" + like + ")\n        _" + kernel_.name + "[(triton.cdiv(result.numel(), 1024),)](" + all +
            "result, result.numel(), BLOCK=1024)\n        return result\n";
    std::string plain = WriteFunction(nodes, parameters, kernel_.result.value, kernel_.name);
    return plain.insert(plain.find('\n') + 1, text);
  }

 private:
  // Where in a broadcast operand the element of the result's element `at` is.
  std::string IndexOf(const shape::TensorType& operand) const {
    llvm::ArrayRef<shape::Dim> sizes = kernel_.result.type.shape.dims(), own = operand.shape.dims();
    int64_t inner = 1, stride = 1;
    std::string text;
    // Neighbouring dims that are both there, or both not, are walked through as one.
    for (size_t i = 0; i < sizes.size();) {
      auto there = [&](size_t k) { return k < own.size() && own[own.size() - 1 - k] == sizes[sizes.size() - 1 - k] && sizes[sizes.size() - 1 - k] != shape::Dim(1); };
      auto size = [&](size_t k) { return sizes[sizes.size() - 1 - k].constant(); };
      bool takes = there(i);
      int64_t run = 1;
      for (; i < sizes.size() && (there(i) == takes || size(i) == 1); ++i) run *= size(i);
      if (takes) {
        std::string term = inner == 1 ? "at" : "at // " + std::to_string(inner);
        if (i < sizes.size()) term += " % " + std::to_string(run);
        if (stride != 1) term = "(" + term + ") * " + std::to_string(stride);
        text += (text.empty() ? "" : " + ") + term;
        stride *= run;
      }
      inner *= run;
    }
    return text.empty() ? "0 * at" : text;
  }

  const Kernel& kernel_;
  std::map<ValueNumber, std::string> names_;
};

}  // namespace

std::string KernelsOf(const optimize::Program& program) {
  if (program.kernels.empty()) return "";
  std::string text = kHead;
  text += "\n\nif HAS_TRITON:\n";
  for (const Kernel& kernel : program.kernels) text += "\n" + Writer(kernel).Device();
  for (const Kernel& kernel : program.kernels) text += "\n\n" + Writer(kernel).Host();
  return text;
}

}  // namespace trident::codegen
