#include "server/progress.h"

#include "server/server.h"

#include "llvm/ADT/StringRef.h"

#include <cstdlib>

namespace trident::server {

// Progress is shown of work that takes longer. TRIDENT_PROGRESS_MS is for tests, which cannot count on slow work.
static uint64_t Patience() {
  const char* text = std::getenv("TRIDENT_PROGRESS_MS");
  uint64_t milliseconds = 0;
  return text && !llvm::StringRef(text).getAsInteger(10, milliseconds) ? milliseconds : 500;
}

void Progress::Working(const std::string& what) {
  if (server_.client().tridentStatus && is_busy_ != !what.empty()) {
    is_busy_ = !what.empty();
    server_.Notify("trident/status", {{"busy", is_busy_}});
  }
  if (!server_.client().workDoneProgress) {
    return;
  }
  if (!has_timer_) {
    has_timer_ = true;
    uv_timer_init(server_.loop(), &timer_);
    timer_.data = this;
    uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
  }
  what_ = what;
  if (what.empty()) {
    uv_timer_stop(&timer_);
    End();
  } else if (is_begun_) {
    server_.Notify("$/progress", {{"token", token_}, {"value", {{"kind", "report"}, {"message", what_}}}});
  } else if (token_.empty() && !uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_))) {
    uv_timer_start(&timer_, [](uv_timer_t* timer) { static_cast<Progress*>(timer->data)->Begin(); }, Patience(), 0);
  }
}

void Progress::Begin() {
  token_ = "trident/" + std::to_string(next_token_++);
  server_.Request("window/workDoneProgress/create", {{"token", token_}}, [this, token = token_](const protocol::Element*) {
    // The answer may come after the work is over.
    if (token_ != token || what_.empty()) {
      token_ = token_ == token ? "" : token_;
      return;
    }
    is_begun_ = true;
    server_.Notify(
        "$/progress",
        {{"token", token},
         {"value",
          {{"kind", "begin"}, {"title", "Trident"}, {"message", what_}, {"cancellable", true}}}});
  });
}

void Progress::End() {
  if (is_begun_) {
    server_.Notify("$/progress", {{"token", token_}, {"value", {{"kind", "end"}}}});
    token_.clear();
    is_begun_ = false;
  }
}

void Progress::Cancelled(const std::string& token) {
  if (token == token_ && is_begun_) {
    server_.scheduler().GiveUp();
    End();
  }
}

}  // namespace trident::server
