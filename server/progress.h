// Shows the client that it is analysed (trident/status, for clients that ask for it) and that work lasts: work-done progress for an analysis of more than half a second, with cancel.
// Threads: the loop's.
#pragma once

#include <uv.h>

#include <cstdint>
#include <string>

namespace trident::server {

class Server;

class Progress {
 public:
  explicit Progress(Server& server) : server_(server) {}

  // Work began, in words; empty: none is running.
  void Working(const std::string& what);
  // window/workDoneProgress/cancel.
  void Cancelled(const std::string& token);

 private:
  void Begin();
  void End();

  Server& server_;
  uv_timer_t timer_ = {};
  bool has_timer_ = false;
  std::string what_;
  std::string token_;  // Of the progress shown; empty: none.
  bool is_begun_ = false;
  bool is_busy_ = false;  // As the client was told by trident/status.
  int64_t next_token_ = 1;
};

}  // namespace trident::server
