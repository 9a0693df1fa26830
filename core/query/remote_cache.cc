#include "core/query/remote_cache.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace trident::query {
namespace {

using Clock = std::chrono::steady_clock;

// How long a server that failed is left alone.
constexpr std::chrono::seconds kPause{60};
// How long the end of the process waits for uploads.
constexpr std::chrono::milliseconds kUploadPatience{10'000};
// Nothing that is kept is larger; a server that sends more sends something else.
constexpr uint64_t kMaxBytes = uint64_t{64} << 20;
// Uploads that wait for a server slower than the analysis; what comes on top is not uploaded.
constexpr size_t kMaxWaiting = 512;

// Field numbers and wire types of protocol buffers: ActionResult.output_files = 2, OutputFile.path = 1 and .digest = 2,
// Digest.hash = 1 and .size_bytes = 2.
enum Wire : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void WriteVarint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void WriteBytes(std::string& out, unsigned field, llvm::StringRef bytes) {
  WriteVarint(out, field << 3 | kBytes);
  WriteVarint(out, bytes.size());
  out += bytes;
}

struct Field {
  uint64_t number = 0, value = 0;  // `value` of a varint.
  llvm::StringRef bytes;
};

std::optional<uint64_t> TakeVarint(llvm::StringRef& from) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    auto byte = static_cast<uint8_t>(from.front());
    from = from.drop_front();
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

// The next field of a message; nullopt at its end and where it is none.
std::optional<Field> TakeField(llvm::StringRef& from) {
  std::optional<uint64_t> tag = TakeVarint(from);
  if (!tag) return std::nullopt;
  Field field;
  field.number = *tag >> 3;
  uint64_t size = 0;
  switch (*tag & 7) {
    case kVarint: {
      std::optional<uint64_t> value = TakeVarint(from);
      if (!value) return std::nullopt;
      field.value = *value;
      return field;
    }
    case kFixed64: size = 8; break;
    case kFixed32: size = 4; break;
    case kBytes: {
      std::optional<uint64_t> length = TakeVarint(from);
      if (!length) return std::nullopt;
      size = *length;
      break;
    }
    default: return std::nullopt;
  }
  if (size > from.size()) return std::nullopt;
  field.bytes = from.take_front(size);
  from = from.drop_front(size);
  return field;
}

std::optional<llvm::StringRef> FindBytes(llvm::StringRef message, uint64_t number) {
  while (std::optional<Field> field = TakeField(message)) {
    if (field->number == number) return field->bytes;
  }
  return std::nullopt;
}

bool IsUrl(llvm::StringRef url) {
  bool is_http = url.consume_front("http://") || url.consume_front("https://");
  return is_http && !url.empty() && !url.starts_with("/") && url.find_first_of(" \t\r\n") == llvm::StringRef::npos;
}

}  // namespace

Digest DigestOf(llvm::StringRef content) {
  std::array<uint8_t, 32> hash = llvm::SHA256::hash(llvm::ArrayRef(reinterpret_cast<const uint8_t*>(content.data()), content.size()));
  return {llvm::toHex(hash, /*LowerCase=*/true), content.size()};
}

std::string WriteActionResult(const Digest& digest) {
  std::string digest_bytes, file, result;
  WriteBytes(digest_bytes, 1, digest.hash);
  WriteVarint(digest_bytes, 2 << 3 | kVarint);
  WriteVarint(digest_bytes, digest.size);
  WriteBytes(file, 1, "result");
  WriteBytes(file, 2, digest_bytes);
  WriteBytes(result, 2, file);
  return result;
}

std::optional<Digest> ReadActionResult(llvm::StringRef bytes) {
  std::optional<llvm::StringRef> file = FindBytes(bytes, 2);
  std::optional<llvm::StringRef> message = file ? FindBytes(*file, 2) : std::nullopt;
  if (!message) return std::nullopt;
  Digest digest;
  while (std::optional<Field> field = TakeField(*message)) {
    if (field->number == 1) digest.hash = field->bytes.str();
    if (field->number == 2) digest.size = field->value;
  }
  bool is_hash = digest.hash.size() == 64 && llvm::all_of(digest.hash, [](char c) { return llvm::isDigit(c) || (c >= 'a' && c <= 'f'); });
  return is_hash && digest.size <= kMaxBytes ? std::optional(digest) : std::nullopt;
}

// Shared with what is under way, which may come to its end after the cache has.
struct RemoteCache::State {
  RemoteOptions options;
  std::atomic<bool> told = false, slow = false, takes_uploads = false;
  std::atomic<Clock::rep> paused_until = 0;

  bool Paused() const { return Clock::now().time_since_epoch().count() < paused_until; }

  void Tell(const std::string& what) {
    if (!told.exchange(true) && options.log) options.log("the remote cache " + options.url + " " + what);
  }

  void Pause(const std::string& why) {
    paused_until = (Clock::now() + kPause).time_since_epoch().count();
    Tell("is not used: " + why);
  }

  // Whether the answer is what was asked for; where it is neither that nor "there is none", the server is left alone.
  bool IsGood(const HttpAnswer& answer) {
    if (answer.status == 200) return true;
    if (answer.status != 404) Pause(answer.status == 0 ? answer.error : "it answers " + std::to_string(answer.status));
    return false;
  }

  std::string NameOf(DiskStore::Table table, Fingerprint key) const {
    return "trident " + options.schema + " " + DiskStore::NameOf(table) + " " + ToHex(key) + "\n";
  }
};

namespace {

// One look-up: first where the content is, then the content.
struct LookUp {
  std::string name, url;
  std::optional<Digest> digest;
  Clock::time_point start = Clock::now();

  std::mutex mutex;
  std::condition_variable wake;
  bool finished = false, given_up = false;
  std::optional<std::string> content;
  std::function<void(std::string)> late;

  void Finish(std::optional<std::string> found) {
    std::unique_lock<std::mutex> lock(mutex);
    finished = true;
    if (given_up) {
      lock.unlock();
      if (found) late(std::move(*found));
      return;
    }
    content = std::move(found);
    wake.notify_all();
  }
};

}  // namespace

RemoteCache::RemoteCache(RemoteOptions options) : state_(std::make_shared<State>()), http_(options.timeout, kMaxBytes) {
  while (llvm::StringRef(options.url).ends_with("/")) options.url.pop_back();
  state_->options = std::move(options);
  state_->takes_uploads = state_->options.upload;
  std::string problem = IsUrl(state_->options.url) ? http_.problem() : "its name does not begin with http:// or https://";
  if (problem.empty()) return;
  state_->Pause(problem);
  state_->paused_until = Clock::time_point::max().time_since_epoch().count();
}

RemoteCache::~RemoteCache() {
  if (state_->takes_uploads && !state_->Paused() && !http_.WaitIdle(kUploadPatience)) state_->Tell("did not take all results in time");
  if (state_->slow) state_->Tell("gave no answer in time");
}

std::optional<std::string> RemoteCache::Get(DiskStore::Table table, Fingerprint key, llvm::function_ref<bool()> cancelled,
                                            std::function<void(std::string)> late) {
  if (state_->Paused() || http_.under_way() > kMaxWaiting) return std::nullopt;
  auto look_up = std::make_shared<LookUp>();
  look_up->name = state_->NameOf(table, key);
  look_up->url = state_->options.url;
  look_up->late = std::move(late);
  std::string first = look_up->url + "/ac/" + DigestOf(look_up->name).hash;
  http_.Send({first, std::nullopt}, [state = state_, look_up](HttpAnswer answer) -> std::optional<HttpRequest> {
    std::optional<std::string> content;
    if (state->IsGood(answer) && !look_up->digest) {
      look_up->digest = ReadActionResult(answer.body);
      if (look_up->digest) return HttpRequest{look_up->url + "/cas/" + look_up->digest->hash, std::nullopt};
      state->Pause("what it sends is no ActionResult");
    } else if (answer.status == 200) {
      llvm::StringRef body = answer.body;
      if (DigestOf(body).hash != look_up->digest->hash) state->Pause("what it sends has another digest than asked for");
      else if (!body.consume_front(look_up->name)) state->Pause("it sends another result than asked for");
      else content = body.str();
    }
    if (!state->Paused()) state->slow = Clock::now() - look_up->start > state->options.patience;
    look_up->Finish(std::move(content));
    return std::nullopt;
  });
  std::unique_lock<std::mutex> lock(look_up->mutex);
  Clock::time_point until = look_up->start + (state_->slow ? std::chrono::milliseconds(0) : state_->options.patience);
  while (!look_up->finished && Clock::now() < until && !cancelled()) {
    look_up->wake.wait_until(lock, std::min(until, Clock::now() + std::chrono::milliseconds(10)));
  }
  if (look_up->finished) return std::move(look_up->content);
  look_up->given_up = true;
  if (Clock::now() >= until) state_->slow = true;
  return std::nullopt;
}

void RemoteCache::Put(DiskStore::Table table, Fingerprint key, std::string content) {
  if (!state_->takes_uploads || state_->Paused() || http_.under_way() > kMaxWaiting) return;
  std::string name = state_->NameOf(table, key), body = name + content;
  Digest digest = DigestOf(body);
  // The content first: an action that is found must lead to something.
  std::string action = state_->options.url + "/ac/" + DigestOf(name).hash;
  bool is_action = false;
  http_.Send({state_->options.url + "/cas/" + digest.hash, std::move(body)},
             [state = state_, action, digest, is_action](HttpAnswer answer) mutable -> std::optional<HttpRequest> {
               if (answer.status == 0) {
                 state->Pause(answer.error);
               } else if (answer.status / 100 != 2) {
                 state->takes_uploads = false;
                 state->Tell("takes no results: it answers " + std::to_string(answer.status));
               } else if (!is_action) {
                 is_action = true;
                 return HttpRequest{action, WriteActionResult(digest)};
               }
               return std::nullopt;
             });
}

}  // namespace trident::query
