#include "server/cli/arguments.h"
#include "server/cli/commands.h"
#include "server/cli/terminal.h"
#include "server/job_thread.h"
#include "server/generated_file.h"

#include "core/config/config.h"
#include "core/ide/ide.h"
#include "core/source/source.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::cli {
namespace {

// Editors and people write -O2; the option parser knows long options only.
std::vector<llvm::StringRef> WithLongLevels(Words words) {
  static constexpr llvm::StringRef kShort[] = {"-O0", "-O1", "-O2", "-O3"};
  static constexpr llvm::StringRef kLong[] = {"--level=0", "--level=1", "--level=2", "--level=3"};
  std::vector<llvm::StringRef> out;
  for (llvm::StringRef word : words) {
    const auto* found = llvm::find(kShort, word);
    out.push_back(found == std::end(kShort) ? word == "-o" ? "--output" : word : kLong[found - std::begin(kShort)]);
  }
  return out;
}

void Print(const std::vector<std::string>& lines, llvm::StringRef title, Style style) {
  if (lines.empty()) return;
  llvm::errs() << style.Bold(title.str()) << "\n";
  for (const std::string& line : lines) llvm::errs() << "  " << line << "\n";
}

}  // namespace

int RunCompile(Words words) {
  std::vector<std::string> paths, python_path;
  std::string python;
  ide::Options options;
  ide::CompileRequest request;
  std::string level, output;
  bool report = false, explain = false, no_cache = false;
  CommandLine line = {.usage = "trident compile FILE[:NAME] [-O0|-O1|-O2|-O3] [OPTION…]",
                      .summary = "Writes PyTorch source that computes what a model of the file computes: one class per module, weights under the\n"
                                 "same names. NAME is a class or the expression that is called; without it the file's last model is meant.",
                      .options = {},
                      .positionals = &paths,
                      .epilogue = "Levels: 0 as written, 1 without redundant work, 2 fused, 3 laid out for the device (docs/guide/optimization.md).\n"};
  line.options = {
      {"--level", "N", "how much is optimised (1); -O0 to -O3 are the same", &level, {"0", "1", "2", "3"}},
      {"--input", "NAME=TYPE", "what NAME's forward is called with: x=f32[2,3,224,224] (repeatable)", &request.inputs},
      {"--output", "FILE", "where to write, instead of standard output; -o is the same", &output},
      {"--device", "NAME", "the device that times are estimated for (A100)", &options.device},
      {"--report", "", "what was done, and operations and traffic before and after", &report},
      {"--explain-rejected", "", "what could not be fused, and why", &explain},
      {"--no-cache", "", "do not use results kept on disk, and keep none", &no_cache},
      {"--python-path", "DIR", "one more root for imports (repeatable, first wins)", &python_path},
      {"--python", "DIR", "the virtual environment or site-packages to import from", &python},
  };
  std::vector<llvm::StringRef> long_words = WithLongLevels(words);
  llvm::Expected<Parsed> parsed = Parse(line, long_words);
  if (!parsed) return Fail(parsed.takeError());
  if (*parsed == Parsed::HelpShown) return kClean;
  if (paths.size() != 1) return Fail("compile takes one file");
  if (llvm::Error error = CheckDevice(options.device)) return Fail(std::move(error));
  if (llvm::Error error = SetImportRoots(options, python_path, python)) return Fail(std::move(error));
  std::string path = paths[0];
  // FILE:NAME, unless the file itself has a colon in its name.
  source::FileStore files;
  if (size_t colon = path.rfind(':'); colon != std::string::npos && files.Kind(source::NormalPath(path)) == source::PathKind::Missing) {
    request.name = path.substr(colon + 1);
    path.resize(colon);
  }
  if (!level.empty()) {
    request.level = level[0] - '0';
  } else if (std::optional<config::Config> config = config::ReadAbove(files, llvm::sys::path::parent_path(source::NormalPath(path)).str(), ide::DeviceNames())) {
    request.level = config->compile.level.value_or(request.level);
  }
  request.report = report;
  options.use_cache = !no_cache;
  // Not freed: the process ends next.
  auto* workspace = new ide::Workspace(std::move(options));
  llvm::Expected<ide::Compiled> compiled = workspace->Compile(source::NormalPath(path), request);
  workspace->Close();
  if (!compiled) return Fail(ShownPath(llvm::toString(compiled.takeError())));
  Style style = StyleFor(Stream::Error);
  if (report) {
    Print(compiled->log, "rewritten", style);
    llvm::errs() << compiled->report;
  }
  if (explain) Print(compiled->rejected, "not rewritten", style);
  if (output.empty() || output == "-") {
    llvm::outs() << compiled->text;
    return kClean;
  }
  if (llvm::Error error = server::WriteGenerated(output, compiled->text)) return Fail(std::move(error));
  return kClean;
}

}  // namespace trident::cli
