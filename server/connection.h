// Carries messages to and from one client over standard input and output, a named pipe or a loopback socket.
//
// Threads: the loop's. Reading and writing never block the loop, except where standard output is a file or a terminal.
#pragma once

#include "protocol/framing.h"

#include "llvm/Support/Error.h"

#include <uv.h>

#include <functional>
#include <string>

namespace trident::server {

struct Endpoint {
  std::string pipe;  // Connect to this named pipe (a Unix socket);
  int port = 0;      // or to this port of the loopback interface; else standard input and output.
};

class Connection {
 public:
  using OnMessage = std::function<void(std::string body)>;
  using OnGarbage = std::function<void(const std::string& what)>;
  // All messages that had arrived together were handed out: work may start.
  using OnDrained = std::function<void()>;
  using OnClosed = std::function<void()>;

  Connection(uv_loop_t* loop, OnMessage on_message, OnGarbage on_garbage, OnDrained on_drained, OnClosed on_closed);

  llvm::Error Open(const Endpoint& endpoint);
  void Send(const std::string& body);
  // Writes what is queued, as far as the client takes it within a second.
  void Flush();

 private:
  llvm::Error Connect(const Endpoint& endpoint);
  void StartReading(uv_stream_t* stream);
  void Received(llvm::StringRef bytes);
  void Closed();

  uv_loop_t* loop_;
  OnMessage on_message_;
  OnGarbage on_garbage_;
  OnDrained on_drained_;
  OnClosed on_closed_;
  protocol::FrameReader reader_;
  std::string read_buffer_;
  uv_pipe_t in_pipe_, out_pipe_;
  uv_tcp_t socket_;
  uv_stream_t* out_ = nullptr;  // nullptr: write(2) on standard output.
  uv_idle_t file_reader_;       // Reads standard input where it is a file, which epoll cannot watch.
  bool is_closed_ = false;
};

}  // namespace trident::server
