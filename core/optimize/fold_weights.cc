// Level 2: work that weights can do once. Batch norms into convolutions and linear layers, projections of one input.
#include "core/optimize/rewriter.h"

#include "llvm/ADT/StringSet.h"

#include <map>

namespace trident::optimize {

using graph::Argument;
using graph::FindArgument;
using graph::Node;
using graph::State;
using Kind = Argument::Kind;

namespace {

std::pair<std::string, std::string> SplitPath(const std::string& path) {
  auto [module, name] = llvm::StringRef(path).rsplit('.');
  return name.empty() ? std::pair{std::string(), module.str()} : std::pair{module.str(), name.str()};
}

class Folder {
 public:
  Folder(Program& program, Log& log) : rewriter_(program, log), program_(program) {}

  void Run() {
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      if (rewriter_.alive(i) && rewriter_.name(i) == "batch_norm") FoldBatchNorm(i);
    }
    MergeProjections();
    rewriter_.Finish();
    std::erase_if(program_.entry.state, [&](const State& state) { return gone_.contains(state.path); });
    for (State& state : added_) program_.entry.state.push_back(std::move(state));
  }

 private:
  // conv(x), then batch_norm in evaluation, is one convolution with scaled weights and a bias
  // (torch.nn.utils.fusion.fuse_conv_bn_eval documents the arithmetic).
  void FoldBatchNorm(size_t at) {
    const Node& norm = rewriter_.node(at);
    const char* slug = "fold-batch-norm";
    const Argument* training = FindArgument(norm, 5, "training");
    ValueNumber input = TensorOf(FindArgument(norm, 0, "input"));
    int maker = input == graph::kNoValue ? -1 : rewriter_.MakerOf(input);
    if (maker < 0) return;
    llvm::StringRef layer = rewriter_.name(maker);
    bool transposed = layer.starts_with("conv_transpose");
    if (!layer.starts_with("conv") && layer != "linear") return;
    if (training && !(training->is(Kind::Bool) && !training->truth())) return rewriter_.Rejected(slug, "the batch norm uses the batch's own statistics: the model is in training", at);
    if (!rewriter_.Alone(input)) return rewriter_.Rejected(slug, "something else reads the result before the batch norm", at);
    const Node& conv = rewriter_.node(maker);
    if (layer == "linear" && norm.inputs[0].type.shape.rank() != 2) return rewriter_.Rejected(slug, "the batch norm's channels are not the linear layer's features", at);
    const Argument *weight_argument = FindArgument(conv, 1, "weight"), *bias_argument = FindArgument(conv, 2, "bias");
    const State *weight = Own(weight_argument), *bias = Own(bias_argument);
    bool has_bias = bias_argument && bias_argument->is(Kind::Tensor);
    if (!weight || (has_bias && !bias)) return rewriter_.Rejected(slug, "the weights are computed, shared or used elsewhere", at);
    auto [path, weight_name] = SplitPath(weight->path);
    if (weight_name != "weight" || (bias && bias->path != path + ".bias")) return rewriter_.Rejected(slug, "the weights have other names than `weight` and `bias`", at);
    if (transposed && IntOf(FindArgument(conv, 6, "groups")).value_or(1) != 1) return rewriter_.Rejected(slug, "the transposed convolution has groups", at);
    const State *mean = Own(FindArgument(norm, 1, "running_mean")), *variance = Own(FindArgument(norm, 2, "running_var"));
    const Argument *gamma_argument = FindArgument(norm, 3, "weight"), *beta_argument = FindArgument(norm, 4, "bias");
    const State *gamma = Own(gamma_argument), *beta = Own(beta_argument);
    bool affine = gamma_argument && gamma_argument->is(Kind::Tensor);
    if (!mean || !variance || (affine && (!gamma || !beta))) return rewriter_.Rejected(slug, "the batch norm's state is computed, shared or used elsewhere", at);
    auto [norm_path, mean_name] = SplitPath(mean->path);
    if (mean_name != "running_mean" || variance->path != norm_path + ".running_var") return rewriter_.Rejected(slug, "the batch norm's state has other names", at);
    Fold(at, maker, path, norm_path, *mean, bias, NumberOf(FindArgument(norm, 7, "eps")).value_or(1e-5), transposed);
  }

  void Fold(size_t at, int maker, const std::string& path, const std::string& norm_path, const State& mean, const State* bias, double eps, bool transposed) {
    rewriter_.Applied("fold-batch-norm", "batch norm folds into the " + std::string(rewriter_.name(maker) == "linear" ? "linear layer" : "convolution") + " before it at inference", at, {at},
                      {"the batch norm runs in evaluation mode", "nothing else reads the result before it", "its weights are used once"});
    rewriter_.SetOther(maker);
    const Node& conv = rewriter_.node(maker);
    if (!bias) {
      State added{path.empty() ? "bias" : path + ".bias", program_.NewValue(), mean.type, State::Kind::Parameter};
      rewriter_.NoteType(added.value, mean.type);
      Rewriter::Arguments arguments;
      for (size_t i = 0, position = 0; i < conv.arguments.size(); ++position) {
        size_t next = SkipArgument(conv.arguments, i);
        bool is_bias = conv.arguments[i].keyword.valid() ? Text(conv.arguments[i].keyword) == "bias" : position == 2;
        if (!is_bias) arguments.append(conv.arguments.begin() + i, conv.arguments.begin() + next);
        else if (!conv.arguments[i].keyword.valid()) arguments.push_back(Argument::OfTensor(added.value));
        if (is_bias && conv.arguments[i].keyword.valid()) arguments.push_back(Named("bias", Argument::OfTensor(added.value)));
        i = next;
      }
      bool present = llvm::any_of(arguments, [&](const Argument& a) { return a.is(Kind::Tensor) && a.value() == added.value; });
      if (!present) arguments.push_back(Named("bias", Argument::OfTensor(added.value)));
      std::string op = Text(conv.op).str();
      rewriter_.Become(maker, op, std::move(arguments));
      added_.push_back(std::move(added));
    }
    for (const char* name : {".running_mean", ".running_var", ".weight", ".bias", ".num_batches_tracked"}) gone_.insert(norm_path + name);
    Conversion conversion{Conversion::Kind::FoldBatchNorm, path, norm_path, {}, eps, transposed};
    program_.conversions.push_back(std::move(conversion));
    rewriter_.Forward(rewriter_.node(at).outputs[0].value, rewriter_.node(maker).outputs[0].value);
    rewriter_.Kill(at);
  }

  // The state that an argument is, when nothing else reads it.
  const State* Own(const Argument* argument) const {
    ValueNumber value = TensorOf(argument);
    if (value == graph::kNoValue) return nullptr;
    const State* state = rewriter_.StateOf(value);
    return state && state->kind != State::Kind::TransientBuffer && rewriter_.Alone(value) && !gone_.contains(state->path) ? state : nullptr;
  }

  // q, k and v of one input: one product with the weights side by side.
  void MergeProjections() {
    std::map<std::pair<ValueNumber, uint32_t>, std::vector<size_t>> by_input;
    for (size_t i = 0; i < rewriter_.size(); ++i) {
      if (!rewriter_.alive(i) || rewriter_.name(i) != "linear" || rewriter_.node(i).arguments.empty()) continue;
      ValueNumber input = TensorOf(&rewriter_.node(i).arguments[0]);
      if (input != graph::kNoValue) by_input[{input, program_.graph->scopes[rewriter_.node(i).scope].parent}].push_back(i);
    }
    for (auto& [key, group] : by_input) {
      if (group.size() == 3) MergeThree(key.first, group);
    }
  }

  // Whether a reader works on a slice whose rows are not next to each other.
  bool TakesSlices(ValueNumber value) const {
    unsigned rank = rewriter_.TypeOf(value).shape.rank();
    for (size_t reader : rewriter_.ReadingNodes(value)) {
      llvm::StringRef name = rewriter_.name(reader);
      if (rewriter_.node(reader).writes >= 0) return false;
      if (name != "view") continue;
      // A view may split the last dim; merging it with the one before needs contiguous rows.
      llvm::ArrayRef<shape::Dim> to = rewriter_.node(reader).outputs[0].type.shape.dims(), from = rewriter_.TypeOf(value).shape.dims();
      if (to.size() < rank || to.take_front(rank - 1) != from.take_front(rank - 1)) return false;
    }
    return rewriter_.ReadersOf(value) == rewriter_.ReadingNodes(value).size();
  }

  void MergeThree(ValueNumber input, llvm::ArrayRef<size_t> group) {
    const char* slug = "merge-projections";
    std::vector<std::string> weights, biases;
    int64_t rows = 0;
    Rewriter::Arguments sizes = {Argument::Of(Kind::List)};
    for (size_t i : group) {
      const Node& node = rewriter_.node(i);
      const Argument* bias_argument = FindArgument(node, 2, "bias");
      const State *weight = Own(FindArgument(node, 1, "weight")), *bias = Own(bias_argument);
      bool has_bias = bias_argument && bias_argument->is(Kind::Tensor);
      if (!weight || (has_bias && !bias) || weight->type.shape.rank() != 2 || !weight->type.shape.is_constant()) return;
      if (!TakesSlices(node.outputs[0].value)) return rewriter_.Rejected(slug, "a reader needs the projection's rows next to each other", i);
      weights.push_back(weight->path);
      if (bias) biases.push_back(bias->path);
      int64_t out = weight->type.shape.dims()[0].constant();
      rows += out;
      sizes.push_back(Argument::OfInt(out));
    }
    if (!biases.empty() && biases.size() != 3) return rewriter_.Rejected(slug, "only some of the projections have a bias", group[0]);
    Emit(input, group, weights, biases, rows, std::move(sizes));
  }

  // "to_qkv" of "to_q.weight", "to_k.weight" and "to_v.weight".
  static std::string NameOfAll(llvm::ArrayRef<std::string> weights) {
    std::vector<std::string> names;
    for (const std::string& weight : weights) names.push_back(SplitPath(SplitPath(weight).first).second);
    size_t shortest = names[0].size(), before = 0, after = 0;
    for (const std::string& name : names) shortest = std::min(shortest, name.size());
    auto same = [&](auto at) { return llvm::all_of(names, [&](const std::string& name) { return at(name) == at(names[0]); }); };
    while (before < shortest && same([&](const std::string& name) { return name[before]; })) ++before;
    while (after + before < shortest && same([&](const std::string& name) { return name[name.size() - 1 - after]; })) ++after;
    bool letters = llvm::all_of(names, [&](const std::string& name) { return name.size() == before + after + 1; });
    std::string middle;
    for (const std::string& name : names) middle += (letters || middle.empty() ? "" : "_") + name.substr(before, name.size() - before - after);
    return names[0].substr(0, before) + middle + names[0].substr(names[0].size() - after);
  }

  void Emit(ValueNumber input, llvm::ArrayRef<size_t> group, const std::vector<std::string>& weights, const std::vector<std::string>& biases, int64_t rows, Rewriter::Arguments sizes) {
    const Node& first = rewriter_.node(group[0]);
    const State* old = Own(FindArgument(first, 1, "weight"));
    shape::Dim columns = old->type.shape.dims()[1];
    shape::TensorType weight_type = old->type, bias_type = old->type, result_type = first.outputs[0].type;
    weight_type.shape = shape::Shape::Of({shape::Dim(rows), columns});
    bias_type.shape = shape::Shape::Of({shape::Dim(rows)});
    llvm::SmallVector<shape::Dim, 4> dims(result_type.shape.dims().begin(), result_type.shape.dims().end());
    if (dims.empty()) return;
    dims.back() = shape::Dim(rows);
    result_type.shape = shape::Shape::Of(dims);
    // The merged weights stand where the first projection's stood.
    std::string holder = SplitPath(weights[0]).first;
    auto [outer, leaf] = SplitPath(holder);
    std::string merged = (outer.empty() ? "" : outer + ".") + NameOfAll(weights);
    if (llvm::any_of(program_.entry.state, [&](const State& each) { return llvm::StringRef(each.path).starts_with(merged + "."); })) merged = (outer.empty() ? "" : outer + ".") + "merged_" + leaf;
    State weight{merged + ".weight", program_.NewValue(), weight_type, State::Kind::Parameter};
    Rewriter::Arguments arguments = {Argument::OfTensor(input), Argument::OfTensor(weight.value)};
    program_.conversions.push_back({Conversion::Kind::Concatenate, weight.path, "", weights});
    added_.push_back(weight);
    rewriter_.NoteType(weight.value, weight_type);
    if (!biases.empty()) {
      State bias{merged + ".bias", program_.NewValue(), bias_type, State::Kind::Parameter};
      arguments.push_back(Argument::OfTensor(bias.value));
      program_.conversions.push_back({Conversion::Kind::Concatenate, bias.path, "", biases});
      rewriter_.NoteType(bias.value, bias_type);
      added_.push_back(std::move(bias));
    }
    for (const std::string& path : weights) gone_.insert(path);
    for (const std::string& path : biases) gone_.insert(path);
    rewriter_.Applied("merge-projections", "three projections of one input are one", group[2], {group[0], group[1]},
                      {"they read the same tensor", "their weights are used once", "every reader takes a slice"});
    rewriter_.SetOther(group[0]);
    // At the first of them, in the scope around the layers.
    uint32_t scope = program_.graph->scopes[first.scope].parent;
    ValueNumber product = rewriter_.Insert(group[0], "torch.nn.functional.linear", std::move(arguments), result_type, scope);
    sizes[0].count = sizes.size() - 1;
    Rewriter::Arguments split = {Argument::OfTensor(product)};
    split.append(sizes.begin(), sizes.end());
    split.push_back(Named("dim", Argument::OfInt(-1)));
    llvm::SmallVector<graph::Use, 3> parts;
    for (size_t i : group) parts.push_back(rewriter_.node(i).outputs[0]);
    rewriter_.InsertMany(group[0], "torch.Tensor.split", std::move(split), parts, scope);
    for (size_t i : group) rewriter_.Kill(i);
  }

  Rewriter rewriter_;
  Program& program_;
  llvm::StringSet<> gone_;
  std::vector<State> added_;
};

}  // namespace

void FoldWeights(Program& program, Log& log) {
  if (HasAny(program, {"batch_norm", "linear"})) Folder(program, log).Run();
}

}  // namespace trident::optimize
