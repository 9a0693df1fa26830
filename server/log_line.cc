#include "server/log_line.h"

#include <cstdio>
#include <string>

namespace trident::server {

void WriteLogLine(llvm::StringRef line) {
  std::string whole = "trident: " + line.str() + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

}  // namespace trident::server
