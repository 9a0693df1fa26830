// Finds results that other machines computed on a server that speaks the HTTP protocol of Bazel's remote cache.
//
// A result is found under its name: `/ac/<sha256 of the name>` holds an ActionResult whose one output file names the
// content by digest, `/cas/<sha256 of the content>` holds the content, which begins with the name again. What does not
// add up is not used. Nothing is written to the server unless `upload` says so.
//
// What goes wrong with the server costs time, never an answer: it is then left alone for a minute, and one line says why.
// Threads: any. Put returns at once; Get waits `patience` at most, and not at all while the server has been slower.
#pragma once

#include "core/query/disk_store.h"
#include "core/query/http_client.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <string>

namespace trident::query {

struct RemoteOptions {
  std::string url;                                 // http:// or https://, the place below which /ac and /cas lie.
  std::string schema;                              // Names the build, as in DiskOptions.
  bool upload = false;                             // Whether Put does anything.
  std::chrono::milliseconds patience{1000};        // How long Get waits.
  std::chrono::milliseconds timeout{5000};         // How long one request may take; what comes after Get gave up is not lost.
  std::function<void(const std::string&)> log;     // Told once what is wrong with the server. From any thread.
};

// A content's name on the server: sha256 in lower-case hexadecimal, and its size.
struct Digest {
  std::string hash;
  uint64_t size = 0;
};
Digest DigestOf(llvm::StringRef content);
// build.bazel.remote.execution.v2.ActionResult with one output file. Read: nullopt when there is none in the bytes.
std::string WriteActionResult(const Digest& digest);
std::optional<Digest> ReadActionResult(llvm::StringRef bytes);

class RemoteCache {
 public:
  // Never fails: one that cannot be used finds nothing.
  explicit RemoteCache(RemoteOptions options);
  // Waits some seconds for what is being uploaded.
  ~RemoteCache();
  RemoteCache(const RemoteCache&) = delete;

  // `cancelled` is asked while waiting. `late` gets the content on another thread when it comes after Get gave up.
  std::optional<std::string> Get(DiskStore::Table table, Fingerprint key, llvm::function_ref<bool()> cancelled, std::function<void(std::string)> late);
  void Put(DiskStore::Table table, Fingerprint key, std::string content);

 private:
  struct State;
  std::shared_ptr<State> state_;
  HttpClient http_;
};

}  // namespace trident::query
