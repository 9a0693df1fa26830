// Any bytes become a tree whose nodes lie in the text and come before their parents; its literals decode and it prints.
#include "core/base/check.h"
#include "core/parse/dump.h"
#include "core/parse/literal.h"
#include "core/parse/parse.h"

#include <cstdint>

using namespace trident;
using parse::NodeKind;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char*>(data), size);
  parse::ParseResult result = parse::ParseText(text);
  const parse::Tree& tree = result.tree;
  uint64_t seen = 0;
  for (parse::NodeId node = 0; node < tree.word_size();) {
    CHECK(tree.start(node) <= tree.end(node) && tree.end(node) <= size);
    for (parse::NodeId child : tree.children(node)) {
      CHECK(child == parse::kNoNode || child < node);
    }
    switch (tree.kind(node)) {
      case NodeKind::Int: seen += parse::DecodeInt(text, tree, node).has_value(); break;
      case NodeKind::Float:
      case NodeKind::Imaginary: seen += parse::DecodeFloat(text, tree, node) > 1; break;
      case NodeKind::Str:
      case NodeKind::Bytes:
      case NodeKind::FStringText: seen += parse::DecodeString(text, tree, node).size(); break;
      default: break;
    }
    llvm::ArrayRef<uint32_t> words = tree.words(node);
    node = static_cast<parse::NodeId>(node + parse::Tree::kHeaderWords + words.size() + (words.size() >= parse::Tree::kManyWords));
  }
  CHECK(tree.kind(tree.root()) == NodeKind::Module);
  CHECK(parse::DumpTree(text, tree).size() + seen > 0);
  for (const parse::SyntaxError& error : result.errors) {
    CHECK(error.start <= error.end && error.end <= size && !error.message.empty());
  }
  for (size_t i = 0; i < result.items.size(); ++i) {
    const parse::Item& item = result.items[i];
    CHECK(item.first_word <= item.node && (item.parent == 0xFFFFFFFFu || item.parent < i));
    CHECK(tree.kind(item.node) == NodeKind::FunctionDef || tree.kind(item.node) == NodeKind::ClassDef);
  }
  return 0;
}
