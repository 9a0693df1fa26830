// Holds the right and the duty to answer one request.
//
// Exactly one answer goes out: what is destroyed without one answers with an internal error, what was cancelled was
// answered then and later words are dropped. Threads: the loop's.
#pragma once

#include "protocol/json_rpc.h"

#include <string>

namespace trident::server {

class Server;

class Answer {
 public:
  Answer(Server& server, protocol::RequestId id) : server_(&server), id_(std::move(id)) {}
  Answer(Answer&& other) noexcept : server_(other.server_), id_(std::move(other.id_)) { other.server_ = nullptr; }
  Answer& operator=(Answer&& other) = delete;
  ~Answer();

  void Result(protocol::Json result);
  void Fail(protocol::ErrorCode code, std::string message);
  // The client cancelled the request: work for it may stop.
  bool is_cancelled() const;

 private:
  Server* server_;
  protocol::RequestId id_;
};

}  // namespace trident::server
