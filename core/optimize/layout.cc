// Level 3: how tensors lie in memory. Channels last for convolutional models, activations in place.
#include "core/cost/cost.h"
#include "core/optimize/rewriter.h"

namespace trident::optimize {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using Kind = Argument::Kind;

namespace {

// Convolutions must do at least this part of the work for the other layout to be worth its change: a guess.
constexpr double kConvolutionShare = 0.5;

// Kernels of convolutions in groups are started slower with channels last: of twelve models on an H100 the five in which
// more than this part of the convolutions have groups lost by it.
constexpr double kGroupedShare = 0.125;

bool IsConvolution2d(const Node& node) {
  return graph::ShortName(node.op) == "conv2d" && node.inputs.size() >= 2 && node.inputs[0].type.shape.rank() == 4 && node.inputs[0].type.shape.is_constant();
}

// Whether most of the arithmetic is in convolutions over images of more than one channel.
bool IsConvolutional(const Program& program) {
  double convolutions = 0, all = 0;
  for (const Node& node : program.nodes) {
    double flops = static_cast<double>(cost::NodeCost(node).flops.value().value_or(0));
    all += flops;
    if (IsConvolution2d(node)) convolutions += flops;
  }
  return all > 0 && convolutions >= kConvolutionShare * all;
}

bool ManyInGroups(const Program& program) {
  double convolutions = 0, grouped = 0;
  for (const Node& node : program.nodes) {
    if (!IsConvolution2d(node)) continue;
    const Argument* groups = FindArgument(node, 6, "groups");
    ++convolutions;
    grouped += groups && IntOf(groups).value_or(2) != 1;
  }
  return grouped > kGroupedShare * convolutions;
}

class Layout {
 public:
  Layout(Program& program, Log& log) : program_(program), rewriter_(program, log) {}

  void Run() {
    InPlace();
    if (IsConvolutional(program_)) ChannelsLast();
    rewriter_.Finish();
  }

 private:
  // The first convolution's input is turned once; convolutions keep the layout of their input.
  void ChannelsLast() {
    if (ManyInGroups(program_)) return rewriter_.Rejected("channels-last", "many convolutions have groups, which start faster with channels first", 0);
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      const Node& node = rewriter_.node(i);
      // A view of a tensor in another layout may fail where a reshape copies.
      if (rewriter_.name(i) == "view" && Text(node.op) == "torch.Tensor.view" && node.arguments.size() > 1 && !node.arguments[1].is(Kind::DType)) {
        rewriter_.Become(i, "torch.Tensor.reshape", Rewriter::Arguments(node.arguments.begin(), node.arguments.end()));
      }
    }
    for (const Argument& argument : program_.entry.inputs) {
      if (!argument.is(Kind::Tensor)) continue;
      ValueNumber input = argument.value();
      shape::TensorType type = rewriter_.TypeOf(input);
      std::vector<size_t> readers = rewriter_.ReadingNodes(input);
      if (type.shape.rank() != 4 || readers.empty()) continue;
      size_t first = readers.front();
      if (rewriter_.ReadersOf(input) != readers.size()) continue;
      rewriter_.Applied("channels-last", "convolutions run on matrix units without changing the layout when channels come last", first, {}, {"most of the arithmetic is in 2-D convolutions"});
      ValueNumber turned = program_.NewValue();
      rewriter_.NoteType(turned, type);
      rewriter_.Forward(input, turned);
      graph::Use result{turned, type};
      // Before everything else: the first reader may be inside a call that begins earlier.
      rewriter_.InsertMany(0, "torch.Tensor.contiguous", {Argument::OfTensor(input), Named("memory_format", Argument::Of(Kind::Name, Intern("torch.channels_last").index))}, result, program_.entry.scope);
      program_.channels_last = true;
    }
  }

  // An activation may overwrite what nothing else reads, when it was made by an operator that returns new memory.
  void InPlace() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      const Node& node = rewriter_.node(i);
      llvm::StringRef op = Text(node.op);
      bool activation = op == "torch.nn.functional.relu" || op == "torch.nn.functional.silu" || op == "torch.nn.functional.hardswish" || op == "torch.nn.functional.relu6";
      if (!activation || node.writes >= 0 || node.arguments.size() != 1 || rewriter_.Training(i)) continue;
      ValueNumber input = TensorOf(&node.arguments[0]);
      int maker = input == graph::kNoValue ? -1 : rewriter_.MakerOf(input);
      if (maker < 0 || !rewriter_.Alone(input)) continue;
      llvm::StringRef name = rewriter_.name(maker);
      if (!name.starts_with("conv") && name != "batch_norm" && name != "linear") continue;
      Rewriter::Arguments arguments(node.arguments.begin(), node.arguments.end());
      arguments.push_back(Named("inplace", Argument::OfBool(true)));
      std::string same = op.str();
      rewriter_.Applied("in-place-activation", "the activation may overwrite its input", i, {}, {"nothing else reads the input", "the input is new memory", "no gradient is needed in evaluation"});
      rewriter_.Become(i, same, std::move(arguments));
      rewriter_.node(i).writes = 0;
    }
  }

  Program& program_;
  Rewriter rewriter_;
};

}  // namespace

void ArrangeLayout(Program& program, Log& log) { Layout(program, log).Run(); }

}  // namespace trident::optimize
