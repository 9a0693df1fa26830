#include "server/cli/analyse.h"
#include "server/cli/arguments.h"
#include "server/cli/baseline.h"
#include "server/cli/commands.h"
#include "server/cli/format.h"
#include "server/cli/profile_view.h"
#include "server/cli/watch.h"
#include "server/log_line.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::cli {
namespace {

struct CheckOptions {
  std::vector<std::string> paths;
  std::string format = "text";
  bool bindings = false;
  bool types = false;
  std::vector<std::string> python_path;
  std::string python;
  std::string stop_after;
  std::string dump;
  std::string at;
  bool show_gaps = false;
  std::string baseline;
  std::string write_baseline;
  bool watch = false;
  bool no_cache = false;
  std::string remote_cache;
  bool remote_upload = false;
  bool stats = false;
  int jobs = 0;
};

constexpr const char* kEpilogue =
    "exit code: 0 no errors, 1 errors found, 2 could not run\n"
    "The formats, the JSON fields and the baseline file are described in docs/guide/cli.md.";

CommandLine Describe(CheckOptions& options) {
  CommandLine line = {.usage = "trident check [OPTION…] [PATH…]",
                      .summary =
                          "Infers the tensors of the Python files (and of every .py file under the folders; no PATH: the current\n"
                          "folder) and reports what cannot work.",
                      .options = {},
                      .positionals = &options.paths,
                      .epilogue = kEpilogue};
  line.options = {
      {"--format", "FORMAT", "text, concise, json, github, sarif or junit", &options.format, {"text", "concise", "json", "github", "sarif", "junit"}},
      {"--types", "", "print the files with every tensor's type beside its line", &options.types},
      {"--bindings", "", "JSON: add the types of every binding", &options.bindings, {}, "--format json"},
      {"--python-path", "DIR", "one more root for imports (repeatable, first wins)", &options.python_path},
      {"--python", "DIR", "the virtual environment or site-packages to import from", &options.python},
      {"--baseline", "FILE", "leave out the problems that FILE lists", &options.baseline},
      {"--write-baseline", "FILE", "write today's problems to FILE", &options.write_baseline},
      {"--watch", "", "check again whenever a file changes", &options.watch},
      {"--jobs", "N", "files to check at a time; 0: one for each core", &options.jobs},
      {"--no-cache", "", "do not use results kept on disk, and keep none", &options.no_cache},
      {"--remote-cache", "URL", "also ask this server for results, by the HTTP protocol of Bazel's remote cache", &options.remote_cache},
      {"--remote-upload", "", "give that server the results that it does not have", &options.remote_upload},
      {"--stats", "", "say on standard error what was evaluated, what was found in caches, and how busy the cores were", &options.stats},
      {"--stop-after", "STAGE", "end the work after this stage (read, lex, parse, outline, resolve, eval, …)", &options.stop_after},
      {"--dump", "STAGE", "print what a stage made: tokens, tree, outline, graph, graphviz, graph-json, code, kernels, gaps", &options.dump},
      {"--show-gaps", "", "print where knowledge was lost and why, the places that most names depend on first", &options.show_gaps},
      {"--at", "LINE:COLUMN", "print what is known of this place in the one file", &options.at},
  };
  line.exclusive = {{"--dump", "--show-gaps", "--at", "--watch"}};
  return line;
}

llvm::Error CheckStage(const std::string& name) {
  std::vector<llvm::StringRef> known;
  for (size_t i = 0; i < static_cast<size_t>(profile::Stage::Count); ++i) {
    known.push_back(profile::StageName(static_cast<profile::Stage>(i)));
  }
  if (name.empty() || llvm::is_contained(known, name)) {
    return llvm::Error::success();
  }
  return llvm::createStringError("--stop-after is one of " + llvm::join(known, ", ") + ", not `" + name + "`");
}

void Write(const CheckOptions& options, const Findings& findings) {
  llvm::raw_ostream& out = llvm::outs();
  source::FileStore sources;
  Style style = StyleFor(Stream::Out);
  if (options.format == "json") {
    WriteJson(out, findings, options.bindings);
  } else if (options.format == "concise") {
    WriteConcise(out, findings, sources);
  } else if (options.format == "github") {
    WriteGithub(out, findings, sources);
  } else if (options.format == "sarif") {
    WriteSarif(out, findings, sources);
  } else if (options.format == "junit") {
    WriteJunit(out, findings, sources);
  } else {
    if (options.types) {
      WriteTypes(out, findings, sources, style);
    }
    WriteText(out, findings, sources, style);
  }
  out.flush();
}

std::string StatsText(const Findings& findings) {
  size_t found = 0, remote = 0;
  for (const std::shared_ptr<const ide::FileReport>& report : findings.reports) {
    found += report->profile[profile::Stage::Cache].hits;
    remote += report->profile[profile::Stage::Cache].hits > 0 && report->profile[profile::Stage::Remote].hits > 0;
  }
  std::string text;
  llvm::raw_string_ostream(text) << Counted(findings.files.size(), "file") << " in " << Duration(findings.seconds) << ", " << WorkersText(findings)
                                 << ", peak " << Bytes(findings.profile.peak_bytes) << "; " << findings.reports.size() - found << " evaluated, "
                                 << found - remote << " found on disk, " << remote << " in the remote cache\n";
  return text;
}

int ExitCode(const Findings& findings) {
  if (!findings.failures.empty()) {
    return kCannotRun;
  }
  return CountSeverity(findings, ide::Severity::Error) > 0 ? kErrorsFound : kClean;
}

int CheckOnce(const CheckOptions& options, Analysis& analysis, const FoundFiles& files) {
  Findings findings = analysis.Run(files);
  if (!options.baseline.empty()) {
    if (llvm::Error error = ApplyBaseline(options.baseline, findings)) {
      return Fail(std::move(error));
    }
  }
  if (!options.write_baseline.empty()) {
    if (llvm::Error error = WriteBaseline(options.write_baseline, findings)) {
      return Fail(std::move(error));
    }
    llvm::errs() << Counted(findings.diagnostics.size(), "problem") << " written to " << options.write_baseline << "\n";
    findings.baselined += findings.diagnostics.size();
    findings.diagnostics.clear();
  }
  Write(options, findings);
  if (options.stats) {
    // In one piece: what uploads may have something to say now.
    llvm::errs() << StatsText(findings);
  }
  FailEach(findings.failures);
  return ExitCode(findings);
}

int DumpStage(const CheckOptions& options, Analysis& analysis, const FoundFiles& found) {
  int code = FailEach(found.failures);
  for (const std::string& file : found.files) {
    llvm::Expected<std::string> text = analysis.Dump(file, options.dump);
    if (!text) {
      code = Fail(ShownPath(llvm::toString(text.takeError())));
      continue;
    }
    llvm::outs() << *text;
    if (!text->empty() && text->back() != '\n') {
      llvm::outs() << "\n";
    }
  }
  return code;
}

int ShowPlace(const CheckOptions& options, Analysis& analysis, const FoundFiles& found) {
  auto [line_text, column_text] = llvm::StringRef(options.at).split(':');
  ide::Position position;
  if (line_text.getAsInteger(10, position.line) || column_text.getAsInteger(10, position.column) || position.line == 0 || position.column == 0) {
    return Fail("--at is LINE:COLUMN, both from 1, not `" + options.at + "`");
  }
  if (found.files.size() != 1) {
    return Fail("--at needs one file");
  }
  --position.line;
  --position.column;
  llvm::Expected<std::string> text = analysis.HoverText(found.files.front(), position);
  if (!text) {
    return Fail(ShownPath(llvm::toString(text.takeError())));
  }
  llvm::outs() << *text << "\n";
  return kClean;
}

}  // namespace

int RunCheck(Words words) {
  CheckOptions options;
  llvm::Expected<Parsed> parsed = Parse(Describe(options), words);
  if (!parsed) {
    return Fail(parsed.takeError());
  }
  if (*parsed == Parsed::HelpShown) {
    return kClean;
  }
  if (llvm::Error error = CheckStage(options.stop_after)) {
    return Fail(std::move(error));
  }
  if (options.types && options.format != "text") {
    return Fail("`--types` is of `--format text`; `--format json --bindings` has the types for programs");
  }
  if (options.no_cache && !options.remote_cache.empty()) {
    return Fail("`--no-cache` and `--remote-cache` exclude each other");
  }
  ide::Options analysis_options;
  if (llvm::Error error = SetImportRoots(analysis_options, options.python_path, options.python)) {
    return Fail(std::move(error));
  }
  FoundFiles found = FindFiles(options.paths);
  if (found.files.empty()) {
    return FailEach(found.failures);
  }
  analysis_options.collect_bindings = options.bindings;
  analysis_options.stop_after = options.stop_after;
  analysis_options.use_cache = !options.no_cache;
  analysis_options.remote_cache = options.remote_cache;
  analysis_options.remote_upload = options.remote_upload;
  // Each file is looked at once: little of what was found of the files before is asked for again.
  analysis_options.memory_bytes = options.watch ? size_t{500} << 20 : size_t{64} << 20;
  analysis_options.log = server::WriteLogLine;
  if (options.jobs < 0) {
    return Fail("--jobs is a number of files, not " + llvm::Twine(options.jobs));
  }
  Analysis analysis(std::move(analysis_options), options.jobs, {.hints = options.types, .read = options.watch});
  if (options.show_gaps) {
    options.dump = "gaps";
  }
  if (!options.dump.empty()) {
    return DumpStage(options, analysis, found);
  }
  if (!options.at.empty()) {
    return ShowPlace(options, analysis, found);
  }
  if (options.watch) {
    return Watch(analysis, options.paths, found, [&](const FoundFiles& current) { return CheckOnce(options, analysis, current); });
  }
  return CheckOnce(options, analysis, found);
}

}  // namespace trident::cli
