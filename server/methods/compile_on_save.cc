// What happens after textDocument/didSave: the file's last model is compiled, written where that is wanted, and a lens says
// what that came to.
#include "server/generated_file.h"
#include "server/methods/methods.h"

#include "llvm/Support/Path.h"

#include <cstdio>

namespace trident::server {
namespace {

// A compilation cannot be cancelled, and costs about what an analysis does: where that is slow, typing would wait. A guess.
constexpr double kSlowAnalysisSeconds = 0.25;
constexpr size_t kLongestReason = 100;
constexpr const char* kSuffix = "_optimized";

struct Compilation {
  int level = 0;
  double seconds = 0;
  size_t rewrites = 0;
  uint64_t reused = 0, calls = 0;  // Summaries of module calls that analysing the text took from before, and all of them.
  std::string error;
  std::string target;       // The file to write; empty: none.
  std::string write_error;
};

std::string FirstLine(llvm::StringRef reason) { return reason.split('\n').first.take_front(kLongestReason).str(); }

// What was generated is not compiled into a file again.
std::string TargetOf(llvm::StringRef path, llvm::StringRef folder) {
  llvm::StringRef stem = llvm::sys::path::stem(path);
  if (folder.empty() || stem.ends_with(kSuffix)) return "";
  llvm::SmallString<128> target;
  if (!llvm::sys::path::is_absolute(folder)) target = llvm::sys::path::parent_path(path);
  llvm::sys::path::append(target, folder, stem + kSuffix + ".py");
  llvm::sys::path::remove_dots(target, true);
  return target.str().str();
}

std::string Title(const Compilation& done) {
  if (!done.error.empty()) return "not compiled: " + FirstLine(done.error);
  char time[32];
  std::snprintf(time, sizeof time, done.seconds < 0.01 ? "%.1f ms" : "%.0f ms", done.seconds * 1e3);
  std::string title = "compiled -O" + std::to_string(done.level) + ", " + time;
  title += ", " + (done.rewrites == 1 ? "1 rewrite" : std::to_string(done.rewrites) + " rewrites");
  if (done.calls > 0) title += ", " + std::to_string(done.reused) + " of " + std::to_string(done.calls) + " summaries reused";
  if (!done.write_error.empty()) return title + ", not written: " + FirstLine(done.write_error);
  return done.target.empty() ? title : title + ", in " + llvm::sys::path::filename(done.target).str();
}

void Compile(Server& server, const Document& document) {
  auto done = std::make_shared<Compilation>();
  // The editor's setting wins where it is not what it is by itself.
  const Settings& settings = server.settings();
  const ide::CompileChoices& chosen = document.report->compile_choices;
  done->level = settings.compile_level == Settings().compile_level ? chosen.level.value_or(settings.compile_level) : settings.compile_level;
  done->target = TargetOf(document.path, settings.compile_folder.empty() ? chosen.folder : settings.compile_folder);
  const profile::StageMetrics& eval = document.report->profile[profile::Stage::Eval];
  done->reused = eval.hits;
  done->calls = eval.hits + eval.misses;
  server.scheduler().Ask({
      [done, path = document.path](ide::Workspace& workspace) {
        uint64_t start = uv_hrtime();
        ide::CompileRequest request;
        request.level = done->level;
        llvm::Expected<ide::Compiled> compiled = workspace.Compile(path, request);
        done->seconds = static_cast<double>(uv_hrtime() - start) * 1e-9;
        if (compiled) {
          done->rewrites = compiled->log.size();
          if (!done->target.empty()) {
            if (llvm::Error error = WriteGenerated(done->target, compiled->text)) done->write_error = llvm::toString(std::move(error));
          }
        } else {
          done->error = llvm::toString(compiled.takeError());
        }
      },
      [&server, done, path = document.path, revision = document.revision](Scheduler::End end) {
        auto found = server.documents().find(path);
        if (end == Scheduler::End::Failed || found == server.documents().end()) {
          return;
        }
        found->second.compiled = Title(*done);
        found->second.compiled_revision = revision;
        server.RefreshLenses();
      },
      "compiling " + llvm::sys::path::filename(document.path).str()});
}

}  // namespace

void CompileSaved(Server& server, Document& document) {
  server.scheduler().WhenReported(document, [&server, path = document.path](bool ok) {
    auto found = server.documents().find(path);
    bool has_model = ok && found != server.documents().end() && found->second.report && !found->second.report->models.empty();
    if (has_model && found->second.last_seconds < kSlowAnalysisSeconds) {
      Compile(server, found->second);
    }
  });
}

}  // namespace trident::server
