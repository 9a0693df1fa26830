// Decides how long an edited document waits for the next edit before it is analysed.
#pragma once

#include <algorithm>
#include <cstdint>

namespace trident::server {

// An edit after a rest is analysed at once. One that interrupts the analysis of the one before says that someone types
// faster than the analysis is: it waits for the next key in proportion to what the analysis costs, up to a limit that
// still feels immediate, instead of burning the battery on what the next key cancels. An analysis that ends between two
// keystrokes (fast typing is about one key in 60 ms) needs no waiting. The numbers are guesses.
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
