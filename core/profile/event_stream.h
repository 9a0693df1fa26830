// Splits the events of a Chrome trace, which comes in pieces, into JSON objects. Internal to core/profile.
//
// The text is an object with a list "traceEvents", or a list. Pieces are parsed as they come: an event that a piece cuts
// is taken up again with the next. Memory: one piece, or the largest event.
#pragma once

#include "core/profile/recording.h"

#include <simdjson.h>

namespace trident::profile {

class EventStream {
 public:
  using Event = simdjson::ondemand::object;
  // `use` returns false for an event that it cannot read.
  using UseEvent = llvm::function_ref<bool(Event& event)>;

  explicit EventStream(ReadPiece read);

  llvm::Error ForEach(UseEvent use);
  uint64_t bytes() const { return base_ + filled_ - 1; }

 private:
  llvm::Error Fill();
  llvm::Error FindList();
  // Uses the complete events of the buffer, and moves what remains to its front.
  llvm::Error UseBuffer(UseEvent use);
  void Narrow();
  size_t CutBefore(size_t cut, size_t first) const;
  size_t UseEvents(size_t first, size_t cut, UseEvent use, bool* unreadable);
  llvm::Error At(size_t position, const char* what) const;
  void Drop(size_t count);

  ReadPiece read_;
  simdjson::ondemand::parser parser_;
  std::vector<char> buffer_;  // buffer_[0] is the bracket that makes the rest a list; then filled_ - 1 bytes of the text.
  size_t filled_ = 1;
  uint64_t base_ = 0;  // Offset in the text of buffer_[1].
  bool at_end_of_text_ = false;
  bool at_end_of_list_ = false;
};

}  // namespace trident::profile
