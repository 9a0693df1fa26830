// Turns a byte stream into JSON-RPC messages by their Content-Length headers, and back.
//
// Input arrives in pieces of any size. What is not a header is skipped up to the next one and reported once, so that a
// client's slip costs one message, not the session. A length is only believed as far as bytes arrive: nothing is
// allocated for a claim. Threads: one. Cost: each byte is looked at once and copied once.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>

namespace trident::protocol {

// A message may carry a whole document several times over; more than this is a broken header (a guess).
inline constexpr uint64_t kMaxMessageBytes = uint64_t{1} << 30;

class FrameReader {
 public:
  enum class EventKind { Message, Garbage };
  struct Event {
    EventKind kind;
    std::string text;  // The body, with spare capacity for the parser; or what was wrong.
  };

  void Feed(llvm::StringRef bytes);
  // The next message or complaint; nullopt until more bytes are fed.
  std::optional<Event> Next();
  // True when the stream may end here: no message has begun.
  bool AtBoundary() const { return state_ == State::Header && buffer_.size() == consumed_ && !in_header_; }

 private:
  enum class State { Header, Body };

  std::optional<Event> ReadHeaderLine();
  std::optional<Event> EndHeader();
  void Compact();

  State state_ = State::Header;
  std::string buffer_;  // Header bytes not yet consumed; bodies go to body_.
  size_t consumed_ = 0;
  std::string body_;
  uint64_t length_ = 0;     // Of the body being read.
  bool in_header_ = false;  // Some header line was seen.
  bool has_length_ = false;
  bool is_truncated_ = false;  // The line being read was too long; its beginning is gone.
  bool reported_ = false;      // This stretch of garbage was reported.
};

// The message with its header.
std::string Frame(llvm::StringRef body);

}  // namespace trident::protocol
