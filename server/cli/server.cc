#include "server/cli/commands.h"
namespace trident::cli {
int RunServer(Words) { return Fail("not yet"); }
}
