// Decides how long an edited document waits for the next edit before it is analysed.
#pragma once

#include <algorithm>
#include <cstdint>

namespace trident::server {

// An analysis that ends between two keystrokes needs no waiting: it is over before the next one (fast typing is about
// one key in 60 ms). A slow one is cancelled by the next key anyway and would only burn the battery, so it waits in
// proportion to its own cost, up to a limit that still feels immediate. The numbers are guesses.
struct Debounce {
  double free_seconds = 0.030;
  double share = 0.5;
  double longest_seconds = 0.250;

  uint64_t Milliseconds(double last_seconds) const {
    if (last_seconds <= free_seconds) {
      return 0;
    }
    return static_cast<uint64_t>(std::min(last_seconds * share, longest_seconds) * 1000);
  }
};

}  // namespace trident::server
