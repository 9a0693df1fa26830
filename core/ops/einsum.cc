// torch.einsum: the equation is read, the sizes of each label are joined.
#include "core/ops/rule.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <map>

namespace trident::ops {
namespace {

using Kind = Value::Kind;

constexpr char kDots = '.';  // Stands for one dim of an ellipsis.

struct Terms {
  std::vector<std::string> inputs;
  std::optional<std::string> output;
};

// Labels with "..." as one kDots. nullopt after a failure.
std::optional<std::string> ReadTerm(Bound& call, llvm::StringRef text) {
  std::string labels;
  bool dots = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == ' ') {
      continue;
    }
    if (text.substr(i).starts_with("...")) {
      if (dots) {
        call.Fail("einsum-equation", Join("einsum() term `", text, "` has two ellipses"), "equation");
        return std::nullopt;
      }
      dots = true;
      labels += kDots;
      i += 2;
    } else if (llvm::isAlpha(c)) {
      labels += c;
    } else {
      call.Fail("einsum-equation", Join("einsum() labels are letters, `", text, "` has another character"), "equation");
      return std::nullopt;
    }
  }
  return labels;
}

std::optional<Terms> ReadEquation(Bound& call, llvm::StringRef equation) {
  Terms terms;
  auto [left, right] = equation.split("->");
  bool has_output = equation.contains("->");
  llvm::SmallVector<llvm::StringRef, 4> parts;
  left.split(parts, ',');
  for (llvm::StringRef part : parts) {
    std::optional<std::string> term = ReadTerm(call, part);
    if (!term) {
      return std::nullopt;
    }
    terms.inputs.push_back(*term);
  }
  if (has_output) {
    terms.output = ReadTerm(call, right);
    if (!terms.output) {
      return std::nullopt;
    }
  }
  return terms;
}

struct Sizes {
  std::map<char, Dim> labels;
  Shape dots = Shape::Scalar();
  bool dots_known = true;
};

bool Unite(Bound& call, Dim& known, Dim size, llvm::StringRef what) {
  std::optional<Dim> both = shape::BroadcastDims(known, size);
  if (!both) {
    call.Fail("einsum-sizes", Join("einsum() ", what, " has sizes ", known, " and ", size), "operands", {known, size});
    return false;
  }
  // Two names for one label are one size: keep the first where broadcasting cannot tell.
  known = both->is_unknown() && !known.is_unknown() && !size.is_unknown() ? known : *both;
  return true;
}

bool Assign(Bound& call, const std::string& term, const TensorType& operand, size_t number, Sizes& sizes) {
  size_t labels = std::count_if(term.begin(), term.end(), [](char c) { return c != kDots; });
  bool has_dots = labels != term.size();
  if (!Known(operand)) {
    for (char c : term) {
      if (c != kDots) {
        sizes.labels.try_emplace(c, Dim::Unknown());
      }
    }
    sizes.dots_known &= !has_dots;
    return true;
  }
  if (Rank(operand) < labels || (!has_dots && Rank(operand) != labels)) {
    call.Fail("einsum-equation", Join("einsum() operand ", number, " is ", operand, ", but its term `", term, "` names ", labels, " dims"),
              "operands");
    return false;
  }
  size_t at = 0;
  for (char c : term) {
    if (c == kDots) {
      size_t count = Rank(operand) - labels;
      shape::Broadcast step = shape::BroadcastShapes(sizes.dots, Shape::Of(DimsOf(operand).slice(at, count)));
      if (step.failed_axis >= 0) {
        call.Fail("einsum-sizes", Join("einsum() cannot broadcast the dims of `...`: sizes ", step.left, " and ", step.right), "operands",
                  {step.left, step.right});
        return false;
      }
      sizes.dots = step.shape;
      at += count;
      continue;
    }
    Dim size = DimsOf(operand)[at++];
    auto [place, fresh] = sizes.labels.try_emplace(c, size);
    if (!fresh && !Unite(call, place->second, size, Join("label `", std::string(1, c), "`"))) {
      return false;
    }
  }
  return true;
}

// Without an output: every label that occurs once, in alphabetical order, after the ellipsis.
std::string ImplicitOutput(const Terms& terms) {
  std::map<char, int> counts;
  bool dots = false;
  for (const std::string& term : terms.inputs) {
    for (char c : term) {
      dots |= c == kDots;
      counts[c] += c != kDots;
    }
  }
  std::string output = dots ? std::string(1, kDots) : "";
  for (auto [label, count] : counts) {
    if (count == 1) {
      output += label;
    }
  }
  return output;
}

Result Einsum(Bound& call) {
  if (!call.IsStr("equation")) {
    return call.GiveUp("the equation of einsum() is unknown");
  }
  Value operands = call.Get("operands");
  bool wrapped = operands.elements.size() == 1 && (operands.elements[0].kind == Kind::List || operands.elements[0].kind == Kind::Tuple);
  if (wrapped) {
    operands = Value(operands.elements[0]);
  }
  if ((operands.kind != Kind::Tuple && operands.kind != Kind::List) || !operands.length_known) {
    return call.GiveUp("the operands of einsum() are unknown");
  }
  std::optional<Terms> terms = ReadEquation(call, call.Str("equation"));
  if (!terms) {
    return call.GiveUp("");
  }
  if (terms->inputs.size() != operands.elements.size()) {
    return call.Fail(
        "einsum-equation",
        Join("einsum() equation `", call.Str("equation"), "` has ", terms->inputs.size(), " terms for ", operands.elements.size(), " operands"),
        "equation");
  }
  Sizes sizes;
  std::optional<DType> dtype;
  for (size_t i = 0; i < operands.elements.size(); ++i) {
    const Value& operand = operands.elements[i];
    if (operand.kind != Kind::Unknown && !operand.is_tensor()) {
      return call.Fail("argument-type", Join("operand ", i, " of einsum() must be a tensor, not ", Describe(operand)), "operands");
    }
    if (!Assign(call, terms->inputs[i], operand.tensor, i, sizes)) {
      return call.GiveUp("");
    }
    dtype = dtype ? (*dtype == operand.tensor.dtype ? *dtype : DType::Unknown) : operand.tensor.dtype;
  }
  std::string output = terms->output ? *terms->output : ImplicitOutput(*terms);
  Dims dims;
  for (size_t i = 0; i < output.size(); ++i) {
    char c = output[i];
    if (c == kDots) {
      if (!sizes.dots_known || !sizes.dots.rank_known()) {
        return call.Return(Shape(), *dtype);
      }
      dims.append(sizes.dots.dims().begin(), sizes.dots.dims().end());
      continue;
    }
    auto place = sizes.labels.find(c);
    if (place == sizes.labels.end() || output.find(c) != i) {
      return call.Fail("einsum-equation",
                       Join("einsum() output `", output,
                            place == sizes.labels.end() ? "` has a label that no operand has: `" : "` repeats the label `", std::string(1, c), "`"),
                       "equation");
    }
    dims.push_back(place->second);
  }
  return call.Return(dims, dtype.value_or(DType::Unknown));
}

constexpr Op kOps[] = {
    {"fv", "einsum", "str equation, any... operands", Einsum},
};

}  // namespace

llvm::ArrayRef<Op> EinsumOps() { return kOps; }

}  // namespace trident::ops
