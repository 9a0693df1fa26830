// `trident profile`: what the analysis cost, and what the models will.
#include "server/cli/analyse.h"
#include "server/cli/arguments.h"
#include "server/cli/commands.h"
#include "server/cli/profile_import.h"
#include "server/cli/profile_kernels.h"
#include "server/cli/profile_view.h"

#include "core/source/source.h"
#include "server/write_file.h"

namespace trident::cli {
namespace {

struct ProfileOptions {
  std::vector<std::string> paths;
  std::string format = "text";
  std::vector<std::string> python_path;
  std::string python, device, trace, page;
  std::string recording, store;
  int rows = 10;
  bool kernels = false;
  KernelOptions kernel;
};

CommandLine Describe(ProfileOptions& options) {
  CommandLine line = {.usage = "trident profile [OPTION…] [PATH…]",
                      .summary =
                          "Analyses the files (no PATH: the current folder) and shows what each stage and function of the work cost, and what\n"
                          "the models cost by line and module: FLOPs, bytes, activations, the least time on a device.",
                      .options = {},
                      .positionals = &options.paths,
                      .epilogue = "docs/guide/profiling.md explains the figures."};
  line.options = {
      {"--format", "FORMAT", "text or json", &options.format, {"text", "json"}},
      {"--trace", "FILE", "write a Chrome trace, for chrome://tracing and ui.perfetto.dev", &options.trace},
      {"--html", "FILE", "write a page with a flame chart, memory over time and rooflines", &options.page},
      {"--device", "NAME", "the device that times are estimated for (A100)", &options.device},
      {"--import", "TRACE", "read a Chrome trace of torch.profiler and show what the lines took in that run", &options.recording},
      {"--store", "FILE", "where to keep what --import read (.trident/measured.tsv, which editors show)", &options.store, {}, "--import"},
      {"--kernels", "", "compile the Triton kernels that FILE or FILE:KERNEL launches, with the Triton of --python (this runs their code)", &options.kernels},
      {"--target", "TARGET", "the GPU that --kernels compiles for, such as cuda:80 or hip:gfx942 (what a launch says, or cuda:90)", &options.kernel.target, {}, "--kernels"},
      {"--stages", "DIR", "where --kernels writes the text of each stage, and the source line of each of its lines", &options.kernel.stages, {}, "--kernels"},
      {"--timeout", "SECONDS", "how long --kernels waits for one kernel (120)", &options.kernel.timeout, {}, "--kernels"},
      {"--rows", "N", "the length of tables (10)", &options.rows},
      {"--python-path", "DIR", "one more root for imports (repeatable, first wins)", &options.python_path},
      {"--python", "DIR", "the virtual environment or site-packages to import from", &options.python},
  };
  line.exclusive = {{"--kernels", "--import", "--trace"}, {"--kernels", "--import", "--html"}};
  return line;
}

llvm::Error Write(const ProfileOptions& options, const Findings& findings, unsigned rows) {
  if (options.format == "json") {
    WriteProfileJson(llvm::outs(), findings);
  } else {
    WriteProfileText(llvm::outs(), findings, rows, StyleFor(Stream::Out));
  }
  llvm::outs().flush();
  if (!options.trace.empty()) {
    if (llvm::Error error = server::WriteFile(options.trace, [&](llvm::raw_ostream& out) { WriteProfileTrace(out, findings); })) {
      return error;
    }
  }
  if (!options.page.empty()) {
    return server::WriteFile(options.page, [&](llvm::raw_ostream& out) { WriteProfilePage(out, findings); });
  }
  return llvm::Error::success();
}

}  // namespace

llvm::Error CheckDevice(const std::string& name) {
  std::string known;
  for (const std::string& device : ide::DeviceNames()) {
    if (name.empty() || llvm::StringRef(name).equals_insensitive(device)) {
      return llvm::Error::success();
    }
    known += (known.empty() ? "" : ", ") + device;
  }
  return llvm::createStringError("--device is one of " + known + ", not `" + name + "`");
}

llvm::Error SetImportRoots(ide::Options& options, llvm::ArrayRef<std::string> python_path, const std::string& python) {
  source::FileStore files;
  auto is_folder = [&](const std::string& path) { return files.Kind(path) == source::PathKind::Folder; };
  for (const std::string& folder : python_path) {
    if (!is_folder(options.python_path.emplace_back(source::NormalPath(folder)))) return llvm::createStringError("--python-path " + folder + ": no such folder");
  }
  if (!python.empty() && !is_folder(source::NormalPath(python))) return llvm::createStringError("--python " + python + ": no such folder");
  options.python_environment = python;
  options.workspace = {source::NormalPath(".")};
  return llvm::Error::success();
}

int RunProfile(Words words) {
  ProfileOptions options;
  llvm::Expected<Parsed> parsed = Parse(Describe(options), words);
  if (!parsed) {
    return Fail(parsed.takeError());
  }
  if (*parsed == Parsed::HelpShown) {
    return kClean;
  }
  if (llvm::Error error = CheckDevice(options.device)) {
    return Fail(std::move(error));
  }
  ide::Options analysis_options;
  if (llvm::Error error = SetImportRoots(analysis_options, options.python_path, options.python)) {
    return Fail(std::move(error));
  }
  if (options.rows < 0) {
    return Fail("--rows is a number of rows, not " + llvm::Twine(options.rows));
  }
  if (options.kernels && options.paths.empty()) {
    return Fail("--kernels needs FILE or FILE:KERNEL");
  }
  if (options.kernels) {
    options.kernel.format = options.format;
    options.kernel.python = options.python;
    return ProfileKernels(options.paths, options.kernel);
  }
  bool only_imports = !options.recording.empty() && options.paths.empty();
  FoundFiles found = only_imports ? FoundFiles() : FindFiles(options.paths);
  if (found.files.empty() && !only_imports) {
    return FailEach(found.failures);
  }
  analysis_options.device = options.device;
  analysis_options.collect_costs = true;
  // What it costs is the question: nothing is taken from an earlier run.
  analysis_options.use_cache = false;
  profile::MeasureHeldBytes();
  profile::RecordEvents(!options.trace.empty() || !options.page.empty());
  Analysis analysis(std::move(analysis_options));
  Findings findings = analysis.Run(std::move(found));
  unsigned rows = static_cast<unsigned>(options.rows);
  llvm::Error error = options.recording.empty() ? Write(options, findings, rows)
                                                : ImportRecording(options.recording, options.store, findings, rows, StyleFor(Stream::Out));
  if (error) {
    return Fail(std::move(error));
  }
  return FailEach(findings.failures);
}

}  // namespace trident::cli
