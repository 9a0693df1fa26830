// The `trident` program: finds the command and runs it.

#include "server/cli/arguments.h"
#include "server/cli/commands.h"
#include "server/cli/terminal.h"
#include "server/job_thread.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace trident::cli {
namespace {

constexpr Command kCommands[] = {
    {"check", "report what cannot work, or print every tensor's type", RunCheck},
    {"compile", "write a model as optimised PyTorch source", RunCompile},
    {"profile", "show what each stage of the work cost", RunProfile},
    {"cache", "look after the results kept on disk", RunCache},
    {"explain", "print the documentation of a diagnostic", RunExplain},
    {"server", "speak the Language Server Protocol with an editor", RunServer},
};

void PrintHelp(llvm::raw_ostream& out, Style style) {
  out << "Trident infers the tensors of ordinary PyTorch code without running it.\n\n"
      << style.Bold("usage:") << " trident COMMAND [OPTION…]\n\n"
      << style.Bold("commands:") << "\n";
  for (const Command& command : kCommands) {
    out << "  " << AlignLeft(command.name, 9) << command.summary << "\n";
  }
  out << "\n`trident COMMAND --help` lists a command's options; `trident --version` prints the version.\n";
}

int Run(Words words) {
  if (words.empty()) {
    PrintHelp(llvm::errs(), StyleFor(Stream::Error));
    return kCannotRun;
  }
  llvm::StringRef name = words.front();
  if (name == "help" && words.size() == 2) {
    return Run({words.back(), "--help"});
  }
  if (name == "--help" || name == "-h" || name == "help") {
    PrintHelp(llvm::outs(), StyleFor(Stream::Out));
    return kClean;
  }
  if (name == "--version" || name == "-V" || name == "version") {
    llvm::outs() << "trident " TRIDENT_VERSION "\n";
    return kClean;
  }
  llvm::SmallVector<llvm::StringRef> known;
  for (const Command& command : kCommands) {
    if (name == command.name) {
      return command.run(words.drop_front());
    }
    known.push_back(command.name);
  }
  llvm::StringRef nearest = Nearest(name, known);
  return Fail("unknown command `" + name + "`; " + (nearest.empty() ? "`trident --help` lists them" : "did you mean `" + nearest + "`?"));
}

// A closed standard stream would be the next file that is opened: output would land in it. What stands in for it gives an
// error to who writes to it, as a closed one does.
void KeepStandardStreams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (fcntl(stream, F_GETFD) == -1 && errno == EBADF) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

// `code`, unless what it is about could not be written. A reader that has gone wants no more, and is no error.
int AfterOutput(int code) {
  llvm::outs().flush();
  std::error_code error = llvm::outs().error();
  // The stream would end the process for an error that it still has; the same with standard error, which nobody can be told.
  llvm::outs().clear_error();
  if (error && error != std::errc::broken_pipe) code = Fail("standard output: cannot be written: " + error.message());
  llvm::errs().clear_error();
  return code;
}

}  // namespace

llvm::ArrayRef<Command> AllCommands() { return kCommands; }

int Fail(const llvm::Twine& message) {
  llvm::outs().flush();
  llvm::errs() << StyleFor(Stream::Error).Red("trident:") + " " + message.str() + "\n";
  return kCannotRun;
}

int Fail(llvm::Error error) { return Fail(llvm::toString(std::move(error))); }

int FailEach(llvm::ArrayRef<std::string> failures) {
  for (const std::string& failure : failures) {
    Fail(ShownPath(failure));
  }
  return failures.empty() ? kClean : kCannotRun;
}

}  // namespace trident::cli

int main(int argc, char** argv) {
  // A reader that goes away (`| head`) ends the output, not with a signal in the middle of cleaning up.
  std::signal(SIGPIPE, SIG_IGN);
  // A file that may not grow any more is an error like a full disk, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  trident::cli::KeepStandardStreams();
  llvm::SmallVector<llvm::StringRef> words(argv + 1, argv + argc);
  int code = trident::cli::AfterOutput(trident::cli::Run(words));
  // Freeing a large analysis piece by piece only to end would be waiting for nothing; what was to be written is.
  std::_Exit(code);
}
