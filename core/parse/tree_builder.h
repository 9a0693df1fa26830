// Turns a parse into a Tree, bottom up (internal to parse/).
//
// Words are written to a buffer that a thread uses for one file after another; Finish copies them into a Tree of
// the exact size. Ids are valid for the tree as soon as they are returned.
#pragma once

#include "core/parse/tree.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <memory>

namespace trident::parse {

class TreeBuilder {
 public:
  explicit TreeBuilder(uint32_t expected_words) : buffer_(Buffer()) { Reserve(expected_words); }

  uint32_t word_size() const { return size_; }

  NodeId Leaf(NodeKind kind, uint8_t flags, uint32_t start, uint32_t end) { return Header(kind, flags, 0, start, end); }

  NodeId Node(NodeKind kind, uint8_t flags, uint32_t start, uint32_t end, std::initializer_list<uint32_t> words) {
    NodeId node = Header(kind, flags, static_cast<uint16_t>(words.size()), start, end);
    uint32_t* to = words_ + size_;
    for (uint32_t word : words) {
      *to++ = word;
    }
    size_ += static_cast<uint32_t>(words.size());
    return node;
  }

  // `fixed` words and then a list.
  NodeId Node(NodeKind kind, uint8_t flags, uint32_t start, uint32_t end, std::initializer_list<uint32_t> fixed, llvm::ArrayRef<uint32_t> list) {
    size_t count = fixed.size() + list.size();
    bool many = count >= Tree::kManyWords;
    NodeId node = Header(kind, flags, many ? Tree::kManyWords : static_cast<uint16_t>(count), start, end);
    if (size_ + count + 1 > buffer_.capacity) {
      Reserve(size_ + static_cast<uint32_t>(count) + 1);
    }
    if (many) {
      words_[size_++] = static_cast<uint32_t>(count);
    }
    for (uint32_t word : fixed) {
      words_[size_++] = word;
    }
    for (uint32_t word : list) {
      words_[size_++] = word;
    }
    return node;
  }

  NodeKind kind(NodeId node) const { return At(node).kind; }
  uint8_t flags(NodeId node) const { return At(node).flags; }
  uint32_t start(NodeId node) const { return At(node).start; }
  uint32_t end(NodeId node) const { return At(node).end; }
  void SetFlags(NodeId node, uint8_t flags) { At(node).flags = flags; }
  void SetEnd(NodeId node, uint32_t end) { At(node).end = std::max(At(node).start, end); }
  // For nodes with atoms or children fewer than kManyWords.
  uint32_t word(NodeId node, unsigned i) const { return words_[node + Tree::kHeaderWords + i]; }
  llvm::ArrayRef<uint32_t> words(NodeId node) const {
    const uint32_t* first = words_ + node + Tree::kHeaderWords;
    uint16_t count = At(node).word_count;
    return count == Tree::kManyWords ? llvm::ArrayRef(first + 1, *first) : llvm::ArrayRef(first, count);
  }

  Tree Finish(NodeId root) {
    Tree tree;
    tree.words_.assign(words_, words_ + size_);
    tree.root_ = root;
    return tree;
  }

 private:
  struct Storage {
    std::unique_ptr<uint32_t[]> words;
    size_t capacity = 0;
  };
  // More than any leaf and its fixed words.
  static constexpr unsigned kRoom = 16;

  static Storage& Buffer() {
    static thread_local Storage storage;
    return storage;
  }

  NodeHeader& At(NodeId node) const { return *reinterpret_cast<NodeHeader*>(words_ + node); }

  NodeId Header(NodeKind kind, uint8_t flags, uint16_t word_count, uint32_t start, uint32_t end) {
    if (size_ + kRoom > buffer_.capacity) [[unlikely]] {
      Reserve(size_ + kRoom);
    }
    NodeId node = size_;
    // A node for which no token was taken would end before the blanks in front of it.
    NodeHeader header{kind, flags, word_count, start, std::max(start, end)};
    std::memcpy(words_ + size_, &header, sizeof header);
    size_ += Tree::kHeaderWords;
    return node;
  }

  void Reserve(size_t needed) {
    if (needed > buffer_.capacity) {
      size_t capacity = std::max(needed, buffer_.capacity * 2);
      std::unique_ptr<uint32_t[]> grown = std::make_unique_for_overwrite<uint32_t[]>(capacity);
      std::copy_n(words_, size_, grown.get());
      buffer_.words = std::move(grown);
      buffer_.capacity = capacity;
    }
    words_ = buffer_.words.get();
  }

  Storage& buffer_;
  uint32_t* words_ = nullptr;
  uint32_t size_ = 0;
};

}  // namespace trident::parse
