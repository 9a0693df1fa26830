// Turns plain structs into bytes and back, without a word about their fields.
//
// A struct is taken apart by structured bindings (up to kMaxFields of them); fields are numbers, enums, strings, vectors,
// arrays, optionals, pairs and further structs. Bytes are only read by the build that wrote them, so the format has no
// versions. Strings that begin with one of `roots` are stored as the root's number and the rest: another machine, with
// its own roots, reads its own paths.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace trident::ide::codec {

struct Anything {
  template <typename T>
  operator T() const;
};

template <typename T, size_t... I>
constexpr bool TakesFields(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), Anything{})...}; };
}

inline constexpr size_t kMaxFields = 24;

template <typename T, size_t N = kMaxFields>
constexpr size_t FieldCount() {
  if constexpr (N == 0) return 0;
  else if constexpr (TakesFields<T>(std::make_index_sequence<N>())) return N;
  else return FieldCount<T, N - 1>();
}

// Calls `visit` with every field of a struct.
#define TRIDENT_FIELDS(n, ...)            \
  if constexpr (count == n) {             \
    auto& [__VA_ARGS__] = value;          \
    return Each(visit, __VA_ARGS__);      \
  }
template <typename Visit, typename... Fields>
void Each(Visit&& visit, Fields&... fields) {
  (visit(fields), ...);
}
template <typename T, typename Visit>
void ForEachField(T& value, Visit&& visit) {
  constexpr size_t count = FieldCount<std::remove_const_t<T>>();
  static_assert(count > 0 && count <= kMaxFields);
  TRIDENT_FIELDS(1, a)
  TRIDENT_FIELDS(2, a, b)
  TRIDENT_FIELDS(3, a, b, c)
  TRIDENT_FIELDS(4, a, b, c, d)
  TRIDENT_FIELDS(5, a, b, c, d, e)
  TRIDENT_FIELDS(6, a, b, c, d, e, f)
  TRIDENT_FIELDS(7, a, b, c, d, e, f, g)
  TRIDENT_FIELDS(8, a, b, c, d, e, f, g, h)
  TRIDENT_FIELDS(9, a, b, c, d, e, f, g, h, i)
  TRIDENT_FIELDS(10, a, b, c, d, e, f, g, h, i, j)
  TRIDENT_FIELDS(11, a, b, c, d, e, f, g, h, i, j, k)
  TRIDENT_FIELDS(12, a, b, c, d, e, f, g, h, i, j, k, l)
  TRIDENT_FIELDS(13, a, b, c, d, e, f, g, h, i, j, k, l, m)
  TRIDENT_FIELDS(14, a, b, c, d, e, f, g, h, i, j, k, l, m, n)
  TRIDENT_FIELDS(15, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o)
  TRIDENT_FIELDS(16, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
  TRIDENT_FIELDS(17, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q)
  TRIDENT_FIELDS(18, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r)
  TRIDENT_FIELDS(19, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s)
  TRIDENT_FIELDS(20, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t)
  TRIDENT_FIELDS(21, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u)
  TRIDENT_FIELDS(22, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v)
  TRIDENT_FIELDS(23, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w)
  TRIDENT_FIELDS(24, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x)
}
#undef TRIDENT_FIELDS

template <typename T> struct IsVector : std::false_type {};
template <typename T> struct IsVector<std::vector<T>> : std::true_type {};
template <typename T> struct IsArray : std::false_type {};
template <typename T, size_t N> struct IsArray<std::array<T, N>> : std::true_type {};
template <typename T> struct IsOptional : std::false_type {};
template <typename T> struct IsOptional<std::optional<T>> : std::true_type {};
template <typename T> struct IsPair : std::false_type {};
template <typename A, typename B> struct IsPair<std::pair<A, B>> : std::true_type {};

class Writer {
 public:
  explicit Writer(llvm::ArrayRef<std::string> roots) : roots_(roots) {}

  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      PutText(value);
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    } else if constexpr (IsVector<T>::value) {
      Put(static_cast<uint32_t>(value.size()));
      for (const auto& item : value) Put<typename T::value_type>(item);
    } else if constexpr (IsArray<T>::value) {
      for (const auto& item : value) Put(item);
    } else if constexpr (IsOptional<T>::value) {
      Put(value.has_value());
      if (value) Put(*value);
    } else if constexpr (IsPair<T>::value) {
      Put(value.first);
      Put(value.second);
    } else {
      ForEachField(value, [this](const auto& field) { this->Put(field); });
    }
  }

  std::string Take() { return std::move(bytes_); }

 private:
  static constexpr uint8_t kNoRoot = 0xFF;

  // A text is stored once; repeats are the number of the first.
  void PutText(const std::string& text) {
    auto [known, added] = texts_.try_emplace(text, texts_.size());
    Put(static_cast<uint32_t>(added ? 0 : known->second + 1));
    if (!added) return;
    uint8_t root = kNoRoot;
    llvm::StringRef rest = text;
    for (size_t i = 0; i < roots_.size() && i < kNoRoot; ++i) {
      bool longer = root == kNoRoot || roots_[i].size() > roots_[root].size();
      if (longer && text.size() > roots_[i].size() && text[roots_[i].size()] == '/' && llvm::StringRef(text).starts_with(roots_[i])) root = static_cast<uint8_t>(i);
    }
    if (root != kNoRoot) rest = rest.drop_front(roots_[root].size());
    Put(root);
    Put(static_cast<uint32_t>(rest.size()));
    bytes_.append(rest.data(), rest.size());
  }

  llvm::ArrayRef<std::string> roots_;
  std::map<std::string, uint32_t> texts_;
  std::string bytes_;

  friend class Reader;
};

// Every Get after the bytes were found wrong gives an empty value; ok() says whether all was right.
class Reader {
 public:
  Reader(llvm::StringRef bytes, llvm::ArrayRef<std::string> roots) : bytes_(bytes), roots_(roots) {}

  template <typename T>
  void Get(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      GetText(value);
    } else if constexpr (std::is_same_v<T, bool>) {
      uint8_t byte = 0;
      Get(byte);
      // Any other value is not one of a bool, which nothing may hold.
      ok_ = ok_ && byte <= 1;
      value = byte == 1;
    } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      ok_ = ok_ && bytes_.size() >= sizeof value;
      if (!ok_) return;
      std::memcpy(&value, bytes_.data(), sizeof value);
      bytes_ = bytes_.drop_front(sizeof value);
    } else if constexpr (IsVector<T>::value) {
      uint32_t size = 0;
      Get(size);
      // Each item takes a byte at least: nonsense does not ask for memory.
      ok_ = ok_ && size <= bytes_.size();
      if (!ok_) return;
      value.clear();
      value.reserve(size);
      for (uint32_t i = 0; i < size && ok_; ++i) {
        typename T::value_type item{};
        Get(item);
        value.push_back(std::move(item));
      }
    } else if constexpr (IsArray<T>::value) {
      for (auto& item : value) Get(item);
    } else if constexpr (IsOptional<T>::value) {
      bool has = false;
      Get(has);
      if (has) Get(value.emplace());
    } else if constexpr (IsPair<T>::value) {
      Get(value.first);
      Get(value.second);
    } else {
      ForEachField(value, [this](auto& field) { this->Get(field); });
    }
  }

  bool ok() const { return ok_ && bytes_.empty(); }

 private:
  void GetText(std::string& text) {
    uint32_t known = 0;
    Get(known);
    ok_ = ok_ && known <= texts_.size();
    if (!ok_) return;
    if (known > 0) {
      text = texts_[known - 1];
      return;
    }
    uint8_t root = Writer::kNoRoot;
    uint32_t size = 0;
    Get(root);
    Get(size);
    ok_ = ok_ && size <= bytes_.size() && (root == Writer::kNoRoot || root < roots_.size());
    if (!ok_) return;
    text = (root == Writer::kNoRoot ? "" : roots_[root]) + bytes_.take_front(size).str();
    bytes_ = bytes_.drop_front(size);
    texts_.push_back(text);
  }

  llvm::StringRef bytes_;
  llvm::ArrayRef<std::string> roots_;
  std::vector<std::string> texts_;
  bool ok_ = true;
};

}  // namespace trident::ide::codec
