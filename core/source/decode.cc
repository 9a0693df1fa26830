#include "core/source/decode.h"

#include "llvm/ADT/StringExtras.h"

#include <cstdint>
#include <cstring>

namespace trident::source {
namespace {

enum class Codec : uint8_t { Utf8, Ascii, Latin1, Other };

bool IsHorizontalSpace(char c) { return c == ' ' || c == '\t' || c == '\f'; }

size_t FindNonAscii(llvm::StringRef bytes, size_t from) {
  constexpr uint64_t kHighBits = 0x8080808080808080ull;
  size_t at = from;
  for (; at + 8 <= bytes.size(); at += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + at, 8);
    if (word & kHighBits) {
      break;
    }
  }
  while (at < bytes.size() && static_cast<uint8_t>(bytes[at]) < 0x80) {
    ++at;
  }
  return at;
}

// The length of the well-formed sequence at `at` (Unicode 15, table 3-7), or 0.
size_t SequenceLength(llvm::StringRef bytes, size_t at) {
  auto byte = [&](size_t i) { return at + i < bytes.size() ? static_cast<uint8_t>(bytes[at + i]) : 0; };
  auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  uint8_t first = byte(0);
  uint8_t second = byte(1);
  if (first < 0x80) {
    return 1;
  }
  if (first < 0xC2) {
    return 0;
  }
  if (first < 0xE0) {
    return continues(1) ? 2 : 0;
  }
  if (first < 0xF0) {
    bool overlong = first == 0xE0 && second < 0xA0;
    bool surrogate = first == 0xED && second > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first < 0xF5) {
    bool overlong = first == 0xF0 && second < 0x90;
    bool beyond = first == 0xF4 && second > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

// Python compares names without case and takes `_` for `-`; an editor's "-unix", "-dos" or "-mac" ending is no part.
Codec CodecOf(llvm::StringRef name) {
  std::string key = name.lower();
  std::replace(key.begin(), key.end(), '_', '-');
  llvm::StringRef rest = key;
  for (llvm::StringRef ending : {"-unix", "-dos", "-mac"}) {
    rest.consume_back(ending);
  }
  for (llvm::StringRef known : {"utf-8", "utf8", "u8", "utf", "utf8-ucs2", "utf8-ucs4", "cp65001", "utf-8-sig"}) {
    if (rest == known) {
      return Codec::Utf8;
    }
  }
  for (llvm::StringRef known :
       {"ascii", "us-ascii", "646", "ansi-x3.4-1968", "ansi-x3.4-1986", "cp367", "ibm367", "iso646-us", "iso-646.irv-1991", "us"}) {
    if (rest == known) {
      return Codec::Ascii;
    }
  }
  for (llvm::StringRef known : {"latin-1", "latin1", "latin", "l1", "iso-8859-1", "iso8859-1", "iso-8859-1-1987", "iso8859", "8859", "cp819",
                                "ibm819", "iso-latin-1", "iso-ir-100"}) {
    if (rest == known) {
      return Codec::Latin1;
    }
  }
  return Codec::Other;
}

size_t LineOf(llvm::StringRef bytes, size_t offset) {
  llvm::StringRef before = bytes.take_front(offset);
  size_t line = 1;
  for (size_t i = 0; i < before.size(); ++i) {
    bool is_crlf = before[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    line += before[i] == '\n' || (before[i] == '\r' && !is_crlf);
  }
  return line;
}

std::string Place(llvm::StringRef bytes, size_t offset) {
  auto value = static_cast<uint8_t>(bytes[offset]);
  return std::string("byte 0x") + llvm::hexdigit(value >> 4) + llvm::hexdigit(value & 15) + " at offset " + std::to_string(offset) + ", line " +
         std::to_string(LineOf(bytes, offset));
}

llvm::Error Refusal(const llvm::Twine& message) { return llvm::createStringError(message); }

std::string Latin1ToUtf8(llvm::StringRef bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (char c : bytes) {
    auto value = static_cast<uint8_t>(c);
    if (value < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (value >> 6));
      text += static_cast<char>(0x80 | (value & 0x3F));
    }
  }
  return text;
}

}  // namespace

size_t FindInvalidUtf8(llvm::StringRef bytes) {
  size_t at = FindNonAscii(bytes, 0);
  while (at < bytes.size()) {
    size_t length = SequenceLength(bytes, at);
    if (length == 0) {
      return at;
    }
    at += length;
    if (at < bytes.size() && static_cast<uint8_t>(bytes[at]) < 0x80) {
      at = FindNonAscii(bytes, at);
    }
  }
  return bytes.size();
}

llvm::StringRef CodingComment(llvm::StringRef bytes) {
  for (int line_number = 0; line_number < 2; ++line_number) {
    size_t end = bytes.find_first_of("\r\n");
    llvm::StringRef line = bytes.substr(0, end);
    llvm::StringRef comment = line.drop_while(IsHorizontalSpace);
    if (!comment.empty() && comment.front() != '#') {
      return {};  // Code on the first line: the second does not count.
    }
    for (size_t at = comment.find("coding"); at != llvm::StringRef::npos; at = comment.find("coding", at + 1)) {
      llvm::StringRef rest = comment.substr(at + 6);
      if (!rest.starts_with(":") && !rest.starts_with("=")) {
        continue;
      }
      llvm::StringRef name = rest.drop_front().drop_while([](char c) { return c == ' ' || c == '\t'; });
      name = name.take_while([](char c) { return llvm::isAlnum(c) || c == '-' || c == '_' || c == '.'; });
      if (!name.empty()) {
        return name;
      }
    }
    if (end == llvm::StringRef::npos) {
      return {};
    }
    bool is_crlf = bytes.substr(end).starts_with("\r\n");
    bytes = bytes.substr(end + (is_crlf ? 2 : 1));
  }
  return {};
}

// What the byte order mark at the start says, where it is none of UTF-8; else null.
static const char* WideEncoding(llvm::StringRef bytes) {
  static constexpr std::pair<llvm::StringLiteral, const char*> kMarks[] = {{llvm::StringLiteral::withInnerNUL("\xFF\xFE\0\0"), "UTF-32"},
                                                                           {llvm::StringLiteral::withInnerNUL("\0\0\xFE\xFF"), "UTF-32"},
                                                                           {"\xFF\xFE", "UTF-16"},
                                                                           {"\xFE\xFF", "UTF-16"}};
  for (const auto& [mark, name] : kMarks) {
    if (bytes.starts_with(mark)) return name;
  }
  return nullptr;
}

llvm::Expected<std::string> DecodePython(std::string bytes) {
  llvm::StringRef view = bytes;
  if (const char* wide = WideEncoding(view)) {
    return Refusal(llvm::Twine("is ") + wide + " text; save the file as UTF-8");
  }
  if (size_t nul = view.find('\0'); nul != llvm::StringRef::npos) {
    return Refusal("is not a text file: " + Place(view, nul));
  }
  bool has_mark = view.starts_with("\xEF\xBB\xBF");
  llvm::StringRef body = has_mark ? view.drop_front(3) : view;
  llvm::StringRef name = CodingComment(body);
  Codec codec = name.empty() ? Codec::Utf8 : CodecOf(name);
  size_t first_high = FindNonAscii(body, 0);
  if (has_mark && codec != Codec::Utf8) {
    return Refusal("starts with a UTF-8 byte order mark but its coding comment says `" + name + "`; remove one of them");
  }
  if (first_high == body.size()) {
    codec = Codec::Utf8;
  }
  switch (codec) {
    case Codec::Ascii: return Refusal("its coding comment says `" + name + "`, but " + Place(body, first_high) + " is not ASCII");
    case Codec::Other: return Refusal("its coding comment says `" + name + "`, which is not supported; save the file as UTF-8");
    case Codec::Latin1: return Latin1ToUtf8(body);
    case Codec::Utf8: break;
  }
  if (size_t bad = FindInvalidUtf8(body); bad != body.size()) {
    size_t offset = bad + (view.size() - body.size());
    return Refusal("is not UTF-8: " + Place(view, offset) +
                   "; save the file as UTF-8 or say its encoding in the first line, as in `# -*- coding: latin-1 -*-`");
  }
  if (has_mark) {
    bytes.erase(0, 3);
  }
  return bytes;
}

}  // namespace trident::source
