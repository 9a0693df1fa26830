#include "protocol/framing.h"

#include <algorithm>
#include <utility>

namespace trident::protocol {
namespace {

// No header is this long: a longer line is something else and is dropped as it comes, but for its end, where a header
// may stand that had no line end before it.
constexpr size_t kMaxHeaderLine = 4096;
constexpr size_t kKeptTail = 64;
constexpr llvm::StringRef kLengthHeader = "content-length";
// What simdjson wants readable behind the text; reserving it here saves a copy of the body there.
constexpr size_t kParserPadding = 64;

}  // namespace

void FrameReader::Feed(llvm::StringRef bytes) {
  if (state_ == State::Body) {
    size_t wanted = std::min<uint64_t>(bytes.size(), length_ - body_.size());
    body_.append(bytes.data(), wanted);
    bytes = bytes.drop_front(wanted);
  }
  buffer_.append(bytes.data(), bytes.size());
}

void FrameReader::Compact() {
  if (consumed_ == buffer_.size()) {
    buffer_.clear();
    consumed_ = 0;
  } else if (consumed_ > (size_t{1} << 16)) {
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
}

std::optional<FrameReader::Event> FrameReader::Next() {
  while (true) {
    if (state_ == State::Body) {
      if (body_.size() < length_) {
        size_t wanted = std::min<uint64_t>(buffer_.size() - consumed_, length_ - body_.size());
        body_.append(buffer_, consumed_, wanted);
        consumed_ += wanted;
        Compact();
      }
      if (body_.size() < length_) {
        return std::nullopt;
      }
      state_ = State::Header;
      return Event{EventKind::Message, std::move(body_)};
    }
    size_t before = consumed_;
    if (std::optional<Event> event = ReadHeaderLine()) {
      return event;
    }
    if (consumed_ == before && state_ == State::Header) {
      Compact();
      return std::nullopt;
    }
  }
}

std::optional<FrameReader::Event> FrameReader::ReadHeaderLine() {
  llvm::StringRef rest = llvm::StringRef(buffer_).drop_front(consumed_);
  size_t end = rest.find('\n');
  auto complain = [&](const char* what) -> std::optional<Event> {
    has_length_ = false;
    if (reported_) {
      return std::nullopt;
    }
    reported_ = true;
    return Event{EventKind::Garbage, what};
  };
  // Decided by the length of the whole line, so that it does not matter how the bytes arrive.
  if (std::min(end, rest.size()) > kMaxHeaderLine) {
    consumed_ += std::min(end, rest.size()) - kKeptTail;
    is_truncated_ = true;
    return complain("not a header: the line is too long");
  }
  if (end == llvm::StringRef::npos) {
    return std::nullopt;
  }
  if (std::exchange(is_truncated_, false) && end > kKeptTail) {
    consumed_ += end - kKeptTail;
    rest = rest.drop_front(end - kKeptTail);
    end = kKeptTail;
  }
  llvm::StringRef line = rest.take_front(end).rtrim('\r');
  consumed_ += end + 1;
  if (line.empty()) {
    return EndHeader();
  }
  in_header_ = true;
  auto [name, value] = line.split(':');
  // Garbage without a line end may stand right before the header it swallowed.
  if (name.size() > kLengthHeader.size() && name.ends_with_insensitive(kLengthHeader)) {
    name = name.take_back(kLengthHeader.size());
  }
  if (name.trim().equals_insensitive(kLengthHeader)) {
    uint64_t length = 0;
    if (value.trim().getAsInteger(10, length)) {
      return complain("Content-Length is not a number");
    }
    if (length > kMaxMessageBytes) {
      return complain("Content-Length is larger than any message");
    }
    length_ = length;
    has_length_ = true;
    return std::nullopt;
  }
  if (name.size() == line.size()) {
    return complain("not a header: it has no colon");
  }
  return std::nullopt;  // Content-Type and what else may come: only UTF-8 is spoken.
}

std::optional<FrameReader::Event> FrameReader::EndHeader() {
  bool had_header = in_header_;
  bool had_length = has_length_;
  bool was_reported = reported_;
  in_header_ = has_length_ = reported_ = false;
  if (had_length) {
    state_ = State::Body;
    body_ = std::string();
    body_.reserve(std::min<uint64_t>(length_, uint64_t{1} << 20) + kParserPadding);
    return std::nullopt;
  }
  if (had_header && !was_reported) {
    return Event{EventKind::Garbage, "a header without Content-Length"};
  }
  return std::nullopt;
}

std::string Frame(llvm::StringRef body) {
  std::string text = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  text.reserve(text.size() + body.size());
  text.append(body.data(), body.size());
  return text;
}

}  // namespace trident::protocol
