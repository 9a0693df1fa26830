#include "core/query/http_client.h"

#include <curl/curl.h>
#include <dlfcn.h>

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

namespace trident::query {
namespace {

// Requests at a time: enough to fill a slow line, few enough for a small server. A guess.
constexpr size_t kMaxActive = 8;

#define TRIDENT_CURL(visit)                                                                                                                       \
  visit(global_init) visit(easy_init) visit(easy_setopt) visit(easy_getinfo) visit(easy_cleanup) visit(easy_strerror) visit(multi_init)           \
      visit(multi_add_handle) visit(multi_remove_handle) visit(multi_perform) visit(multi_poll) visit(multi_wakeup) visit(multi_info_read)        \
          visit(multi_cleanup) visit(slist_append)

struct Library {
#define TRIDENT_MEMBER(name) decltype(&curl_##name) name = nullptr;
  TRIDENT_CURL(TRIDENT_MEMBER)
#undef TRIDENT_MEMBER
  curl_slist* headers = nullptr;
  std::string problem;

  // Never destroyed: a thread that was left behind may still use it when the process ends.
  static const Library& Get() {
    static const Library& library = *new Library;
    return library;
  }

 private:
  Library() {
    void* opened = nullptr;
    for (const char* name : {"libcurl.so.4", "libcurl.4.dylib", "libcurl-gnutls.so.4"}) {
      if (!opened) opened = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    }
    if (!opened) {
      problem = "libcurl is not installed";
      return;
    }
    const char* missing = nullptr;
#define TRIDENT_FIND(name)                                                \
  name = reinterpret_cast<decltype(name)>(dlsym(opened, "curl_" #name)); \
  if (!name) missing = "curl_" #name;
    TRIDENT_CURL(TRIDENT_FIND)
#undef TRIDENT_FIND
    if (missing) {
      problem = std::string("libcurl is too old: it has no ") + missing;
    } else if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      problem = "libcurl does not start";
    } else {
      // A body is sent at once: asking first costs a second where the server does not know the question.
      headers = slist_append(nullptr, "Expect:");
    }
  }
};

struct Transfer {
  HttpRequest request;
  HttpClient::Done done;
  HttpAnswer answer;
  CURL* handle = nullptr;
  uint64_t max_bytes = 0;
  char reason[CURL_ERROR_SIZE] = "";
};

size_t Receive(char* bytes, size_t size, size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  if (transfer.answer.body.size() + size * count > transfer.max_bytes) return CURL_WRITEFUNC_ERROR;
  transfer.answer.body.append(bytes, size * count);
  return size * count;
}

}  // namespace

struct HttpClient::State {
  std::chrono::milliseconds timeout;
  uint64_t max_bytes;
  std::string problem;

  std::mutex mutex;
  std::condition_variable wake, idle, ended;
  std::deque<std::unique_ptr<Transfer>> queue;
  size_t under_way = 0;
  bool stop = false, has_ended = false;
  CURLM* multi = nullptr;
  std::thread thread;

  // Of the thread alone.
  std::list<std::unique_ptr<Transfer>> active;

  bool Begin(Transfer& transfer);
  void Finish(CURLMsg& message);
  bool TakeQueued();
  void Loop();
};

bool HttpClient::State::Begin(Transfer& transfer) {
  const Library& curl = Library::Get();
  transfer.handle = curl.easy_init();
  if (!transfer.handle) return false;
  transfer.max_bytes = max_bytes;
  transfer.answer = {};
  auto set = [&](CURLoption option, auto value) { (*curl.easy_setopt)(transfer.handle, option, value); };
  set(CURLOPT_URL, transfer.request.url.c_str());
  set(CURLOPT_PRIVATE, &transfer);
  set(CURLOPT_WRITEFUNCTION, &Receive);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_ERRORBUFFER, transfer.reason);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_OPTIONAL));
  set(CURLOPT_USERAGENT, "trident/" TRIDENT_VERSION);
  if (transfer.request.body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.request.body->size()));
    set(CURLOPT_POSTFIELDS, transfer.request.body->data());
    set(CURLOPT_CUSTOMREQUEST, "PUT");
    set(CURLOPT_HTTPHEADER, curl.headers);
  }
  return curl.multi_add_handle(multi, transfer.handle) == CURLM_OK;
}

void HttpClient::State::Finish(CURLMsg& message) {
  const Library& curl = Library::Get();
  Transfer* transfer = nullptr;
  CURLcode code = message.data.result;
  (*curl.easy_getinfo)(message.easy_handle, CURLINFO_PRIVATE, &transfer);
  if (code == CURLE_OK) {
    (*curl.easy_getinfo)(transfer->handle, CURLINFO_RESPONSE_CODE, &transfer->answer.status);
  } else if (code == CURLE_WRITE_ERROR) {
    transfer->answer.error = "the answer is longer than " + std::to_string(max_bytes) + " bytes";
  } else {
    transfer->answer.error = transfer->reason[0] ? transfer->reason : curl.easy_strerror(code);
  }
  curl.multi_remove_handle(multi, transfer->handle);
  curl.easy_cleanup(transfer->handle);
  transfer->handle = nullptr;
  std::optional<HttpRequest> next = transfer->done(std::move(transfer->answer));
  if (next) {
    transfer->request = std::move(*next);
    transfer->reason[0] = '\0';
    if (Begin(*transfer)) return;
  }
  active.remove_if([&](const std::unique_ptr<Transfer>& each) { return each.get() == transfer; });
  std::lock_guard<std::mutex> lock(mutex);
  --under_way;
  idle.notify_all();
}

// False: the client is going away.
bool HttpClient::State::TakeQueued() {
  std::unique_lock<std::mutex> lock(mutex);
  wake.wait(lock, [&] { return stop || !queue.empty() || !active.empty(); });
  while (!stop && !queue.empty() && active.size() < kMaxActive) {
    std::unique_ptr<Transfer> transfer = std::move(queue.front());
    queue.pop_front();
    if (Begin(*transfer)) {
      active.push_back(std::move(transfer));
    } else {
      --under_way;
      idle.notify_all();
    }
  }
  return !stop;
}

void HttpClient::State::Loop() {
  const Library& curl = Library::Get();
  while (TakeQueued()) {
    int running = 0, left = 0;
    curl.multi_perform(multi, &running);
    bool finished = false;
    while (CURLMsg* message = curl.multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURLMsg copy = *message;
      Finish(copy);
      finished = true;
    }
    if (!finished && !active.empty()) curl.multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  for (std::unique_ptr<Transfer>& transfer : active) {
    curl.multi_remove_handle(multi, transfer->handle);
    curl.easy_cleanup(transfer->handle);
  }
  active.clear();
  std::lock_guard<std::mutex> lock(mutex);
  queue.clear();
  curl.multi_cleanup(multi);
  multi = nullptr;
  has_ended = true;
  ended.notify_all();
}

HttpClient::HttpClient(std::chrono::milliseconds timeout, uint64_t max_bytes) : state_(std::make_shared<State>()) {
  state_->timeout = timeout;
  state_->max_bytes = max_bytes;
  state_->problem = Library::Get().problem;
  if (!state_->problem.empty()) return;
  state_->multi = Library::Get().multi_init();
  if (!state_->multi) {
    state_->problem = "libcurl does not start";
    return;
  }
  state_->thread = std::thread([state = state_] { state->Loop(); });
}

HttpClient::~HttpClient() {
  if (!state_->thread.joinable()) return;
  std::unique_lock<std::mutex> lock(state_->mutex);
  state_->stop = true;
  state_->wake.notify_all();
  if (state_->multi) Library::Get().multi_wakeup(state_->multi);
  // Asking for a host's address cannot be broken off: the thread is then left behind with all it looks at.
  bool has_ended = state_->ended.wait_for(lock, std::chrono::seconds(1), [&] { return state_->has_ended; });
  lock.unlock();
  if (has_ended) {
    state_->thread.join();
  } else {
    state_->thread.detach();
  }
}

const std::string& HttpClient::problem() const { return state_->problem; }

void HttpClient::Send(HttpRequest request, Done done) {
  if (!state_->problem.empty()) return;
  auto transfer = std::make_unique<Transfer>();
  transfer->request = std::move(request);
  transfer->done = std::move(done);
  std::lock_guard<std::mutex> lock(state_->mutex);
  state_->queue.push_back(std::move(transfer));
  ++state_->under_way;
  state_->wake.notify_all();
  if (state_->multi) Library::Get().multi_wakeup(state_->multi);
}

bool HttpClient::WaitIdle(std::chrono::milliseconds patience) {
  std::unique_lock<std::mutex> lock(state_->mutex);
  return state_->idle.wait_for(lock, patience, [&] { return state_->under_way == 0; });
}

size_t HttpClient::under_way() const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  return state_->under_way;
}

}  // namespace trident::query
