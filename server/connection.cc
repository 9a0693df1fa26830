#include "server/connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace trident::server {
namespace {

constexpr size_t kReadBytes = 256 << 10;

// A descriptor that epoll cannot watch is read and written directly.
bool IsStream(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

void WriteAll(int descriptor, llvm::StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t count = write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EAGAIN) {
      pollfd wait = {descriptor, POLLOUT, 0};
      poll(&wait, 1, 1000);
    } else if (count < 0 && errno != EINTR) {
      return;
    } else if (count > 0) {
      bytes = bytes.drop_front(count);
    }
  }
}

}  // namespace

Connection::Connection(uv_loop_t* loop, OnMessage on_message, OnGarbage on_garbage, OnDrained on_drained, OnClosed on_closed)
    : loop_(loop),
      on_message_(std::move(on_message)),
      on_garbage_(std::move(on_garbage)),
      on_drained_(std::move(on_drained)),
      on_closed_(std::move(on_closed)) {
  read_buffer_.resize(kReadBytes);
}

llvm::Error Connection::Open(const Endpoint& endpoint) {
  if (!endpoint.pipe.empty() || endpoint.port != 0) {
    return Connect(endpoint);
  }
  if (IsStream(STDOUT_FILENO)) {
    uv_pipe_init(loop_, &out_pipe_, 0);
    if (uv_pipe_open(&out_pipe_, STDOUT_FILENO) == 0) {
      out_ = reinterpret_cast<uv_stream_t*>(&out_pipe_);
    }
  }
  if (IsStream(STDIN_FILENO)) {
    uv_pipe_init(loop_, &in_pipe_, 0);
    if (int error = uv_pipe_open(&in_pipe_, STDIN_FILENO)) {
      return llvm::createStringError(std::string("cannot read standard input: ") + uv_strerror(error));
    }
    StartReading(reinterpret_cast<uv_stream_t*>(&in_pipe_));
    return llvm::Error::success();
  }
  uv_idle_init(loop_, &file_reader_);
  file_reader_.data = this;
  uv_idle_start(&file_reader_, [](uv_idle_t* idle) {
    auto* self = static_cast<Connection*>(idle->data);
    ssize_t count = read(STDIN_FILENO, self->read_buffer_.data(), self->read_buffer_.size());
    if (count > 0) {
      self->Received(llvm::StringRef(self->read_buffer_.data(), count));
    } else if (count == 0 || errno != EINTR) {
      uv_idle_stop(idle);
      self->Closed();
    }
  });
  return llvm::Error::success();
}

// The editor listens and the server connects, as `--pipe` and `--socket` mean for language servers. Connecting to this
// machine is immediate, so it is done before the loop starts.
llvm::Error Connection::Connect(const Endpoint& endpoint) {
  int descriptor = -1;
  int status = -1;
  if (!endpoint.pipe.empty()) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    if (endpoint.pipe.size() >= sizeof address.sun_path) {
      return llvm::createStringError(endpoint.pipe + ": the name of the pipe is too long");
    }
    std::memcpy(address.sun_path, endpoint.pipe.data(), endpoint.pipe.size());
    descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    status = connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(endpoint.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    status = connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  if (status != 0) {
    std::string name = endpoint.pipe.empty() ? "port " + std::to_string(endpoint.port) : endpoint.pipe;
    return llvm::createStringError("cannot connect to " + name + ": " + std::strerror(errno));
  }
  if (endpoint.pipe.empty()) {
    uv_tcp_init(loop_, &socket_);
    uv_tcp_open(&socket_, descriptor);
    uv_tcp_nodelay(&socket_, 1);
    out_ = reinterpret_cast<uv_stream_t*>(&socket_);
  } else {
    uv_pipe_init(loop_, &in_pipe_, 0);
    uv_pipe_open(&in_pipe_, descriptor);
    out_ = reinterpret_cast<uv_stream_t*>(&in_pipe_);
  }
  StartReading(out_);
  return llvm::Error::success();
}

void Connection::StartReading(uv_stream_t* stream) {
  stream->data = this;
  uv_read_start(
      stream,
      [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
        auto* self = static_cast<Connection*>(handle->data);
        *buffer = uv_buf_init(self->read_buffer_.data(), self->read_buffer_.size());
      },
      [](uv_stream_t* handle, ssize_t count, const uv_buf_t* buffer) {
        auto* self = static_cast<Connection*>(handle->data);
        if (count > 0) {
          self->Received(llvm::StringRef(buffer->base, count));
        } else if (count < 0) {
          uv_read_stop(handle);
          self->Closed();
        }
      });
}

void Connection::Received(llvm::StringRef bytes) {
  reader_.Feed(bytes);
  while (std::optional<protocol::FrameReader::Event> event = reader_.Next()) {
    if (event->kind == protocol::FrameReader::EventKind::Message) {
      on_message_(std::move(event->text));
    } else {
      on_garbage_(event->text);
    }
  }
  on_drained_();
}

void Connection::Closed() {
  if (!is_closed_) {
    is_closed_ = true;
    on_closed_();
  }
}

void Connection::Send(const std::string& body) {
  std::string text = protocol::Frame(body);
  if (!out_) {
    WriteAll(STDOUT_FILENO, text);
    return;
  }
  llvm::StringRef rest = text;
  // Most messages fit into the pipe at once; only the rest is queued, in order behind what is queued already.
  uv_buf_t buffer = uv_buf_init(const_cast<char*>(rest.data()), rest.size());
  int written = uv_try_write(out_, &buffer, 1);
  if (written > 0) {
    rest = rest.drop_front(written);
  }
  if (rest.empty() || (written < 0 && written != UV_EAGAIN)) {
    return;
  }
  struct Write {
    uv_write_t request;
    std::string bytes;
  };
  auto* write = new Write{{}, rest.str()};
  write->request.data = write;
  buffer = uv_buf_init(write->bytes.data(), write->bytes.size());
  int status = uv_write(&write->request, out_, &buffer, 1, [](uv_write_t* request, int) { delete static_cast<Write*>(request->data); });
  if (status != 0) {
    delete write;
  }
}

void Connection::Flush() {
  if (!out_) {
    return;
  }
  uint64_t deadline = uv_hrtime() + 1'000'000'000;
  while (uv_stream_get_write_queue_size(out_) > 0 && uv_hrtime() < deadline) {
    uv_run(loop_, UV_RUN_NOWAIT);
    usleep(1000);
  }
}

}  // namespace trident::server
