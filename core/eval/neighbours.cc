// Layers of an nn.Sequential that do not fit the one before, found without knowing what the first of them is given.
#include "core/eval/interp.h"

#include "llvm/ADT/StringSwitch.h"

namespace trident::eval {

namespace {

// What is known of a value between two layers: how many features its last axis has, or how many channels come before its
// `positions` last axes.
struct Between {
  enum class Axis : uint8_t { None, Features, Channels } axis = Axis::None;
  unsigned positions = 0;
  shape::Dim size;
  const TensorObj* made_with = nullptr;  // The weight of the layer that gave it the size.
};

shape::TensorType TypeBetween(const Between& between) {
  llvm::SmallVector<shape::Dim, 5> sizes = {shape::Dim(), between.size};
  sizes.resize(2 + between.positions);
  shape::TensorType type;
  type.shape = shape::Shape::Of(sizes);
  type.dtype = between.made_with->type.dtype;
  return type;
}

enum class Layer : uint8_t { Other, Nest, Linear, Conv, Transposed, BatchNorm, Elementwise, PerChannel };

struct LayerKind {
  Layer layer = Layer::Other;
  uint8_t positions = 0;
};

LayerKind KindOf(llvm::StringRef name) {
  return llvm::StringSwitch<LayerKind>(name)
      .Case("Sequential", {Layer::Nest, 0})
      .Case("Linear", {Layer::Linear, 0})
      .Case("Conv1d", {Layer::Conv, 1}).Case("Conv2d", {Layer::Conv, 2}).Case("Conv3d", {Layer::Conv, 3})
      .Case("ConvTranspose1d", {Layer::Transposed, 1}).Case("ConvTranspose2d", {Layer::Transposed, 2}).Case("ConvTranspose3d", {Layer::Transposed, 3})
      .Case("BatchNorm2d", {Layer::BatchNorm, 2}).Case("BatchNorm3d", {Layer::BatchNorm, 3})
      .Cases("ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", {Layer::Elementwise, 0})
      .Cases("Tanh", "Sigmoid", "Softplus", "Hardswish", "Hardsigmoid", "Hardtanh", "Softmax", "LogSoftmax", "Identity", {Layer::Elementwise, 0})
      .Cases("Dropout", "AlphaDropout", "LayerNorm", {Layer::Elementwise, 0})
      .Cases("Dropout2d", "Dropout3d", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "Upsample", {Layer::PerChannel, 0})
      .Cases("MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d", {Layer::PerChannel, 0})
      .Cases("AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool2d", {Layer::PerChannel, 0})
      .Cases("ZeroPad2d", "ReflectionPad1d", "ReflectionPad2d", "ReplicationPad2d", "ConstantPad2d", {Layer::PerChannel, 0})
      .Default({});
}

TensorObj* TensorOf(const InstanceObj* layer, llvm::StringRef name) {
  const Value* held = layer->attributes.Find(Intern(name));
  return held && held->is(Kind::Tensor) ? As<TensorObj>(*held) : nullptr;
}

class Walk {
 public:
  explicit Walk(llvm::function_ref<void(const ops::Error&, llvm::ArrayRef<TensorObj*>, const Between&)> report) : report_(report) {}

  void Visit(const InstanceObj* sequential) {
    // There may be more in it than is known.
    if (sequential->open || sequential->exposed) before_ = {};
    for (const auto& [name, value] : sequential->attributes.entries()) {
      if (value.unknown()) before_ = {};
      if (!value.is(Kind::Instance) || !As<InstanceObj>(value)->cls->is_nn_module) continue;
      auto* layer = As<InstanceObj>(value);
      bool described = layer->cls->from_prelude && !layer->open && !layer->exposed;
      LayerKind kind = described ? KindOf(Text(layer->cls->name)) : LayerKind();
      if (kind.layer == Layer::Nest) Visit(layer);
      else Pass(kind, layer);
    }
  }

 private:
  void Pass(LayerKind kind, const InstanceObj* layer) {
    using Axis = Between::Axis;
    bool channels = before_.axis == Axis::Channels && before_.positions == kind.positions;
    std::string positions = std::to_string(kind.positions);
    TensorObj* weight = TensorOf(layer, "weight");
    switch (kind.layer) {
      case Layer::Linear:
        if (before_.axis == Axis::Features) Ask("torch.nn.functional.linear", {weight});
        return Give(Axis::Features, 0, weight, 0);
      case Layer::Conv:
        if (channels) Ask("torch.nn.functional.conv" + positions + "d", {weight}, layer);
        return Give(Axis::Channels, kind.positions, weight, 0);
      case Layer::Transposed:
        if (channels) Ask("torch.nn.functional.conv_transpose" + positions + "d", {weight}, layer);
        // Of several groups the weight has the channels of one.
        if (GroupsOf(layer) != shape::Dim(1)) before_ = {};
        else Give(Axis::Channels, kind.positions, weight, 1);
        return;
      case Layer::BatchNorm:
        if (channels) Ask("torch.nn.functional.batch_norm", {TensorOf(layer, "running_mean"), TensorOf(layer, "running_var"), weight});
        return;
      case Layer::PerChannel:
        if (before_.axis != Axis::Channels) before_ = {};
        return;
      case Layer::Elementwise: return;
      default: before_ = {};
    }
  }

  static shape::Dim GroupsOf(const InstanceObj* layer) {
    const Value* groups = layer->attributes.Find(Intern("groups"));
    return groups && groups->is(Kind::Int) ? groups->dim() : shape::Dim();
  }

  void Give(Between::Axis axis, unsigned positions, const TensorObj* weight, unsigned of) {
    before_ = {};
    if (weight && weight->type.shape.rank() > of) before_ = {axis, positions, weight->type.shape.dims()[of], weight};
  }

  // Asks the operator's rule with all else of the input left open.
  void Ask(llvm::StringRef op, llvm::ArrayRef<TensorObj*> held, const InstanceObj* grouped = nullptr) {
    if (!before_.made_with || before_.size.is_unknown()) return;
    std::vector<ops::Argument> arguments = {{"", ops::Value::MakeTensor(TypeBetween(before_))}};
    for (TensorObj* tensor : held) arguments.push_back({"", tensor ? ops::Value::MakeTensor(tensor->type) : ops::Value::MakeNone()});
    if (grouped) arguments.push_back({"groups", ops::Value::MakeInt(GroupsOf(grouped))});
    ops::Result result = ops::Call(ops::Find(op), arguments);
    if (result.status == ops::Result::Status::Error) report_(result.error, held, before_);
  }

  llvm::function_ref<void(const ops::Error&, llvm::ArrayRef<TensorObj*>, const Between&)> report_;
  Between before_;
};

}  // namespace

void Interp::CheckNeighbours(const InstanceObj* sequential, const Args& args) {
  static const Symbol name = Intern("Sequential");
  if (!sequential->cls->from_prelude || sequential->cls->name != name || args.positional.size() != 1) return;
  const Value& input = args.positional[0];
  // An argument of the entry learns from its uses; its problems are confirmed there.
  bool open = input.unknown() || (input.is(Kind::Tensor) && !As<TensorObj>(input)->type.shape.rank_known() && As<TensorObj>(input)->lineage.root == 0);
  if (!open) return;
  auto report = [&](const ops::Error& error, llvm::ArrayRef<TensorObj*> held, const Between& before) {
    NoteCertaintyAsked();
    if (uncertain()) return;
    auto* between = heap_.New<TensorObj>();
    between->type = TypeBetween(before);
    between->origin_unit = before.made_with->origin_unit;
    between->origin_node = before.made_with->origin_node;
    llvm::SmallVector<Value, 4> inputs = {Value::Obj(between)};
    for (TensorObj* tensor : held) inputs.push_back(tensor ? Value::Obj(tensor) : Value::None());
    ReportOperator(error, inputs);
  };
  Walk(report).Visit(sequential);
}

}  // namespace trident::eval
