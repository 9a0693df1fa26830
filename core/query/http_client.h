// Sends HTTP requests and tells what came of them; nobody waits for a server but a thread of its own.
//
// libcurl does the work. It is opened when the first client is made instead of being linked: with the libraries that it
// needs itself it would make every start of the program 8 ms longer (measured). Redirects are not followed. Names and
// passwords come from ~/.netrc, proxies from the environment, as curl reads them.
// Threads: Send and WaitIdle from any; answers come on the client's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace trident::query {

struct HttpRequest {
  std::string url;
  std::optional<std::string> body;  // PUT with it; none: GET.
};

struct HttpAnswer {
  long status = 0;    // 0: none came, and `error` says why.
  std::string error;
  std::string body;
};

class HttpClient {
 public:
  // Called with each answer; returns what to ask next in the same matter. Must not block.
  using Done = std::function<std::optional<HttpRequest>(HttpAnswer)>;

  // `timeout`: for one request from its beginning to its last byte. `max_bytes`: a longer answer is an error.
  HttpClient(std::chrono::milliseconds timeout, uint64_t max_bytes);
  // What is under way is given up without a word. Returns within a second.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;

  // Why nothing can be sent; empty: it can.
  const std::string& problem() const;
  void Send(HttpRequest request, Done done);
  // Waits until nothing is under way, `patience` at most; false: something is.
  bool WaitIdle(std::chrono::milliseconds patience);
  // Requests that were neither answered nor failed yet.
  size_t under_way() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace trident::query
