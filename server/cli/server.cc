#include "server/server.h"
#include "server/cli/arguments.h"
#include "server/cli/commands.h"

namespace trident::cli {

int RunServer(Words words) {
  server::Endpoint endpoint;
  bool stdio = false;
  CommandLine line = {.usage = "trident server [OPTION…]",
                      .summary = "Speaks the Language Server Protocol with an editor, on standard input and output unless told otherwise.",
                      .options = {},
                      .positionals = nullptr,
                      .epilogue = "The protocol beyond LSP 3.17 and the settings are described in docs/guide/protocol.md."};
  line.options = {
      {"--stdio", "", "standard input and output (the default)", &stdio},
      {"--pipe", "NAME", "connect to this named pipe", &endpoint.pipe},
      {"--port", "N", "connect to this port of the loopback interface", &endpoint.port},
      {"--socket", "N", "the same as --port", &endpoint.port},
  };
  line.exclusive = {{"--stdio", "--pipe", "--port", "--socket"}};
  llvm::Expected<Parsed> parsed = Parse(line, words);
  if (!parsed) {
    return Fail(parsed.takeError());
  }
  if (*parsed == Parsed::HelpShown) {
    return kClean;
  }
  if (endpoint.port < 0 || endpoint.port > 65535) {
    return Fail("--port is between 1 and 65535");
  }
  // On the heap and never freed: the loop's handles live inside until the process ends.
  return (new server::Server)->Run(endpoint);
}

}  // namespace trident::cli
