// Compares what two ways of reading a text give.
#pragma once

#include "core/parse/parse.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <string>
#include <tuple>

namespace trident {

// The first difference between the results, neither of which has errors; empty when there is none.
inline std::string DifferenceBetween(const parse::ParseResult& a, const parse::ParseResult& b) {
  if (a.tree.word_size() != b.tree.word_size() || a.tree.root() != b.tree.root()) return "trees of different sizes";
  for (parse::NodeId node = 0; node < a.tree.word_size(); node = a.tree.Behind(node)) {
    auto of = [node](const parse::Tree& tree) { return std::tuple(tree.kind(node), tree.flags(node), tree.start(node), tree.end(node), tree.words(node)); };
    if (of(a.tree) != of(b.tree)) return ("node " + llvm::Twine(node) + ", a " + parse::NodeKindName(a.tree.kind(node))).str();
  }
  auto of_item = [](const parse::Item& item) { return std::tie(item.node, item.first_word, item.parent, item.fingerprint, item.interface_fingerprint); };
  auto same_item = [&](const parse::Item& x, const parse::Item& y) { return of_item(x) == of_item(y); };
  if (!std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_item)) return "items";
  auto of_part = [](const parse::Part& part) { return std::tie(part.start, part.statements_end, part.words_end, part.fingerprint); };
  auto same_part = [&](const parse::Part& x, const parse::Part& y) { return of_part(x) == of_part(y); };
  if (!std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), same_part)) return "parts";
  return a.errors.empty() && b.errors.empty() ? "" : "errors";
}

}  // namespace trident
