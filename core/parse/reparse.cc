// A text that was edited in one statement of the module is read again there alone.
#include "core/parse/parse.h"

#include <algorithm>

namespace trident::parse {
namespace {

// Whether lines that are read by themselves begin and end as they do in the text.
bool StandsAlone(llvm::StringRef text, uint32_t start, uint32_t end) {
  bool at_line = start == 0 || text[start - 1] == '\n';
  if (!at_line || end == text.size()) return at_line;
  llvm::StringRef stretch = text.slice(start, end);
  if (!stretch.consume_back("\n")) return false;
  stretch.consume_back("\r");
  return !stretch.ends_with("\\");  // It would join the next line.
}

}  // namespace

NodeId Tree::Move(NodeId node, uint32_t offset, NodeId number) {
  auto& header = *reinterpret_cast<NodeHeader*>(words_.data() + node);
  header.start += offset;
  header.end += offset;
  NodeId next = Behind(node);
  unsigned atoms = AtomCount(header.kind);
  uint32_t* word = words_.data() + next - words(node).size();
  for (unsigned i = SymbolCount(header.kind); i < atoms; ++i) word[i] += offset;
  if (number == 0) return next;
  for (uint32_t* child = word + atoms; child != words_.data() + next; ++child) {
    if (*child != kNoNode) *child += number;
  }
  return next;
}

Tree Tree::With(const Tree& part, NodeId first, uint32_t start, uint32_t grown) const {
  Tree tree = *this;
  std::copy(part.words_.begin(), part.words_.begin() + part.root_, tree.words_.begin() + first);
  NodeId node = first;
  while (node < first + part.root_) node = tree.Move(node, start, first);
  while (node < root_) node = tree.Move(node, grown, 0);
  reinterpret_cast<NodeHeader*>(tree.words_.data() + root_)->end += grown;
  return tree;
}

std::optional<ParseResult> Reparse(const ParseResult& before, llvm::StringRef text, const source::Change& change) {
  llvm::ArrayRef<Part> parts = before.parts;
  if (!before.errors.empty() || parts.empty() || change.start < parts.front().start) return std::nullopt;
  const Part* behind = std::partition_point(parts.begin(), parts.end(), [&](const Part& part) { return part.start <= change.start; });
  size_t index = behind - parts.begin() - 1;
  const Part& old = parts[index];
  uint32_t old_end = behind == parts.end() ? before.tree.end(before.tree.root()) : behind->start;
  if (change.old_end > old_end) return std::nullopt;
  uint32_t end = old_end + change.grown();
  if (!StandsAlone(text, old.start, end)) return std::nullopt;

  ParseResult part = ParseText(text.slice(old.start, end));
  NodeId first_word = index == 0 ? 0 : parts[index - 1].words_end;
  uint32_t first_statement = index == 0 ? 0 : parts[index - 1].statements_end;
  bool same_room = part.errors.empty() && part.parts.size() == 1 && part.parts.front().words_end == old.words_end - first_word &&
                   part.parts.front().statements_end == old.statements_end - first_statement;
  if (!same_room) return std::nullopt;
  auto by_word = [](const Item& item, NodeId word) { return item.first_word < word; };
  auto first_item = std::lower_bound(before.items.begin(), before.items.end(), first_word, by_word);
  auto items_end = std::lower_bound(first_item, before.items.end(), old.words_end, by_word);
  if (static_cast<size_t>(items_end - first_item) != part.items.size()) return std::nullopt;

  // The module's statements have the numbers that they had.
  llvm::ArrayRef<NodeId> statements = before.tree.children(before.tree.root()), now = part.tree.children(part.tree.root());
  for (size_t i = 0; i < now.size(); ++i) {
    if (statements[first_statement + i] != now[i] + first_word) return std::nullopt;
  }
  ParseResult result;
  result.tree = before.tree.With(part.tree, first_word, old.start, change.grown());
  result.items = before.items;
  uint32_t item_number = first_item - before.items.begin();
  for (size_t i = 0; i < part.items.size(); ++i) {
    Item& item = result.items[item_number + i] = part.items[i];
    item.node += first_word;
    item.first_word += first_word;
    if (item.parent != kNoItem) item.parent += item_number;
  }
  result.parts = before.parts;
  result.parts[index].start += part.parts.front().start;
  result.parts[index].fingerprint = part.parts.front().fingerprint;
  for (Part& later : llvm::MutableArrayRef(result.parts).drop_front(index + 1)) later.start += change.grown();
  return result;
}

}  // namespace trident::parse
