#include "core/base/fingerprint.h"

#include <cstdio>

namespace trident {

std::string ToHex(Fingerprint fingerprint) {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(fingerprint.high), static_cast<unsigned long long>(fingerprint.low));
  return text;
}

}  // namespace trident
