#include "core/profile/event_stream.h"

#include <algorithm>
#include <cstring>

namespace trident::profile {
namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::document;

constexpr size_t kPiece = 1 << 20;     // Fits a second-level cache; larger pieces were slower (measured with benchmarks/trace_bench.py).
constexpr size_t kLargest = 16 << 20;  // Of an event, and of what stands before the list: a guess; torch.profiler's are below a kilobyte.
constexpr size_t kCutsOfOne = 200;     // The same, where only an error is to be placed.
constexpr int kCuts = 16;              // Places where the last event of a piece may end; braces in names of kernels are such.

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

EventStream::EventStream(ReadPiece read) : read_(read), buffer_(kPiece + simdjson::SIMDJSON_PADDING) { buffer_[0] = '['; }

llvm::Error EventStream::At(size_t position, const char* what) const {
  return llvm::createStringError("byte " + std::to_string(base_ + position - 1) + ": " + what);
}

// Reads until the buffer is full; one that is full already doubles.
llvm::Error EventStream::Fill() {
  size_t room = buffer_.size() - simdjson::SIMDJSON_PADDING;
  if (filled_ == room) {
    if (room >= kLargest) {
      Narrow();
      return At(1, "this event is not JSON, or is larger than 16 MiB");
    }
    room *= 2;
    buffer_.resize(room + simdjson::SIMDJSON_PADDING);
  }
  while (filled_ < room && !at_end_of_text_) {
    llvm::Expected<size_t> got = read_(buffer_.data() + filled_, room - filled_);
    if (!got) {
      return got.takeError();
    }
    at_end_of_text_ = *got == 0;
    filled_ += *got;
  }
  return llvm::Error::success();
}

void EventStream::Drop(size_t count) {
  std::memmove(buffer_.data() + 1, buffer_.data() + 1 + count, filled_ - 1 - count);
  filled_ -= count;
  base_ += count;
}

// Moves to the first event: after `"traceEvents": [`, or after the bracket of a text that is a list.
llvm::Error EventStream::FindList() {
  while (true) {
    if (llvm::Error error = Fill()) {
      return error;
    }
    llvm::StringRef text(buffer_.data() + 1, filled_ - 1);
    size_t start = text.find_first_not_of(" \t\r\n");
    if (start == llvm::StringRef::npos) {
      return At(filled_, "the text is empty");
    }
    if (text[start] == '[') {
      Drop(start + 1);
      return llvm::Error::success();
    }
    if (text.starts_with("\x1f\x8b")) {
      return llvm::createStringError("the trace is compressed: unpack it first (gunzip)");
    }
    if (text[start] != '{') {
      return At(1 + start, "this is not JSON");
    }
    constexpr llvm::StringRef kName = "\"traceEvents\"";
    for (size_t name = text.find(kName); name != llvm::StringRef::npos; name = text.find(kName, name + 1)) {
      size_t colon = text.find_first_not_of(" \t\r\n", name + kName.size());
      size_t bracket = colon == llvm::StringRef::npos || text[colon] != ':' ? llvm::StringRef::npos : text.find_first_not_of(" \t\r\n", colon + 1);
      if (bracket != llvm::StringRef::npos && text[bracket] == '[') {
        Drop(bracket + 1);
        return llvm::Error::success();
      }
    }
    if (at_end_of_text_) {
      return At(filled_, "the text ends without a list \"traceEvents\"");
    }
  }
}

// The end of the last brace before `cut` that may end an event; `first` when there is none.
size_t EventStream::CutBefore(size_t cut, size_t first) const {
  auto may_end = [&](size_t at) {
    return buffer_[at] == '}' && (at + 1 == filled_ || IsSpace(buffer_[at + 1]) || buffer_[at + 1] == ',' || buffer_[at + 1] == ']');
  };
  while (cut > first && !may_end(cut - 1)) {
    --cut;
  }
  return cut;
}

// Parses [first, cut) as the elements of a list, and returns the end of the last event that was used. `*unreadable` is
// set when `use` refused one.
size_t EventStream::UseEvents(size_t first, size_t cut, UseEvent use, bool* unreadable) {
  char before = buffer_[first - 1], after = buffer_[cut];
  buffer_[first - 1] = '[';
  buffer_[cut] = ']';
  size_t done = first;
  document text;
  array events;
  if (parser_.iterate(buffer_.data() + first - 1, cut - first + 2, buffer_.size() - first + 1).get(text) == simdjson::SUCCESS &&
      text.get_array().get(events) == simdjson::SUCCESS) {
    for (auto element : events) {
      Event event;
      std::string_view raw;
      if (element.get_object().get(event) != simdjson::SUCCESS || event.raw_json().get(raw) != simdjson::SUCCESS) {
        break;
      }
      // The text of an object reaches to the next one; that of an unfinished object to the bracket that was put there.
      llvm::StringRef whole = llvm::StringRef(raw.data(), raw.size()).rtrim(" \t\r\n");
      if (!whole.ends_with("}") || event.reset().error() != simdjson::SUCCESS) {
        break;
      }
      if (!use(event)) {
        *unreadable = true;
        break;
      }
      done = static_cast<size_t>(whole.end() - buffer_.data());
    }
  }
  buffer_[first - 1] = before;
  buffer_[cut] = after;
  return done;
}

llvm::Error EventStream::UseBuffer(UseEvent use) {
  size_t used = 1;
  for (int tries = 0, cut = static_cast<int>(filled_); tries < kCuts; ++tries) {
    size_t first = used;
    while (first < filled_ && (IsSpace(buffer_[first]) || buffer_[first] == ',')) {
      ++first;
    }
    if (first == filled_) {
      break;
    }
    if (buffer_[first] == ']') {
      at_end_of_list_ = true;
      break;
    }
    if (buffer_[first] != '{') {
      return At(first, "this is not an event");
    }
    cut = static_cast<int>(CutBefore(static_cast<size_t>(cut), first));
    if (static_cast<size_t>(cut) == first) {
      break;
    }
    bool unreadable = false;
    size_t done = UseEvents(first, static_cast<size_t>(cut), use, &unreadable);
    if (unreadable) {
      return At(std::max(first, done), "this event, or one soon after it, is not JSON");
    }
    if (done > first) {
      used = done;
      cut = static_cast<int>(filled_);
      tries = 0;
    } else {
      --cut;  // The brace was within an event, or within a string.
    }
  }
  Drop(used - 1);
  return llvm::Error::success();
}

// Drops what can be read of the buffer, event by event from its front, so that an error names the first one that cannot:
// a quotation mark too many makes all that follows unreadable.
void EventStream::Narrow() {
  bool unreadable = false;
  for (size_t first = 1, cut = 1, tries = 0; tries < kCutsOfOne;) {
    while (first < filled_ && (IsSpace(buffer_[first]) || buffer_[first] == ',')) {
      ++first;
    }
    Drop(first - 1);
    cut = first > 1 ? 1 : cut;
    first = 1;
    do {
      ++cut;
    } while (cut < filled_ && CutBefore(cut, 1) != cut);
    if (cut >= filled_ || filled_ < 2) {
      return;
    }
    if (size_t done = UseEvents(1, cut, [](Event&) { return true; }, &unreadable); done > 1) {
      first = done;
      tries = 0;
    } else {
      ++tries;
    }
  }
}

llvm::Error EventStream::ForEach(UseEvent use) {
  if (llvm::Error error = FindList()) {
    return error;
  }
  while (!at_end_of_list_) {
    if (llvm::Error error = UseBuffer(use)) {
      return error;
    }
    if (at_end_of_list_) {
      break;
    }
    if (at_end_of_text_) {
      if (filled_ == 1) {
        return At(1, "the text ends before the list of events does");
      }
      Narrow();
      return At(1, "this event is not JSON, or the text ends within it");
    }
    if (llvm::Error error = Fill()) {
      return error;
    }
  }
  // What follows the list is not looked at, but a text that was cut there was cut.
  while (!at_end_of_text_) {
    Drop(filled_ - 1);
    if (llvm::Error error = Fill()) {
      return error;
    }
  }
  return llvm::Error::success();
}

}  // namespace trident::profile
