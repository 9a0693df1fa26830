// Runs the golden files: checks each step's caret comments, and after each edit that a warm answer equals a cold one.
//
//   golden_tests [--update] [--filter TEXT] [FILE...]     without files: every .py under tests/golden
// Exit 0 when everything holds, 1 when not. --update rewrites the comments to what is true; the diff is the review.
#include <set>

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include "tests/golden/check.h"

namespace trident::golden {
namespace {

struct Totals {
  size_t files = 0, failed_files = 0, checked = 0, mismatches = 0, updated = 0;
};

ide::Options OptionsFor(llvm::StringRef root) {
  ide::Options options;
  options.workspace = {root.str()};
  options.collect_bindings = true;
  options.use_cache = false;
  return options;
}

bool WriteFile(llvm::StringRef path, llvm::StringRef text) {
  llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path));
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (error) {
    llvm::errs() << path << ": " << error.message() << "\n";
    return false;
  }
  out << text;
  return true;
}

// The lines that two texts do not share, by position; enough to see what an incremental run forgot.
void PrintDifference(llvm::StringRef warm, llvm::StringRef cold) {
  std::set<llvm::StringRef> in_warm, in_cold;
  for (llvm::StringRef line : llvm::split(warm, '\n')) in_warm.insert(line);
  for (llvm::StringRef line : llvm::split(cold, '\n')) in_cold.insert(line);
  size_t shown = 0;
  auto show = [&](char sign, llvm::StringRef text, const std::set<llvm::StringRef>& other) {
    for (llvm::StringRef line : llvm::split(text, '\n'))
      if (!other.count(line) && shown++ < 20) llvm::outs() << "    " << sign << " " << line << "\n";
  };
  show('-', cold, in_warm);
  show('+', warm, in_cold);
}

class CaseRun {
 public:
  CaseRun(const Case& test, llvm::StringRef root, Totals& totals)
      : case_(test), root_(root.str()), totals_(totals), workspace_(OptionsFor(root)), holding_(test.sections.size()) {}

  bool Run() {
    for (size_t begin = 0; begin < case_.sections.size();) {
      uint32_t step = case_.sections[begin].step;
      size_t end = begin;
      while (end < case_.sections.size() && case_.sections[end].step == step) ++end;
      RunStep(begin, end, step);
      begin = end;
    }
    return ok_;
  }

  // The file with the comments that hold now.
  std::string Updated() const {
    std::string out;
    for (const std::string& line : case_.preamble) out += line + "\n";
    for (auto [index, section] : llvm::enumerate(case_.sections)) {
      if (!section.header.empty()) out += section.header + "\n";
      std::set<uint32_t> comments;
      for (const Expectation& expectation : section.expectations) comments.insert(expectation.source_line);
      for (auto [number, line] : llvm::enumerate(section.lines)) {
        if (comments.count(static_cast<uint32_t>(number))) continue;
        out += line + "\n";
        for (const Expectation& expectation : holding_[index]) {
          if (expectation.line != number) continue;
          bool step_wide = expectation.kind == Kind::Ran || expectation.kind == Kind::NotRan;
          out += (step_wide ? section.lines[expectation.source_line] : FormatComment(expectation, line)) + "\n";
        }
      }
    }
    return out;
  }

 private:
  std::string PathOf(llvm::StringRef name) const { return root_ + "/" + name.str(); }

  void RunStep(size_t begin, size_t end, uint32_t step) {
    for (size_t i = begin; i < end; ++i) {
      const Section& section = case_.sections[i];
      texts_[section.name] = section.Text();
      if (step == 0) WriteFile(PathOf(section.name), section.Text());
      workspace_.SetDocument(PathOf(section.name), section.Text(), step + 1);
    }
    std::set<std::string> ran;
    workspace_.SetQueryLog([&](const query::Event& event) {
      llvm::StringRef key = event.key;
      key.consume_front(root_ + "/");
      if (event.kind == query::EventKind::WillExecute) ran.insert((event.query + (" " + key)).str());
    });
    auto views = ReportAll(workspace_);
    workspace_.SetQueryLog(nullptr);
    for (size_t i = begin; i < end; ++i) {
      const Section& section = case_.sections[i];
      auto view = views.find(PathOf(section.name));
      if (view == views.end()) continue;
      SectionResult result = CheckSection(section, view->second, workspace_, root_, ran);
      totals_.checked += result.checked;
      totals_.mismatches += result.mismatches.size();
      if (!result.mismatches.empty()) ok_ = false;
      Print(section, result);
      holding_[i] = std::move(result.holding);
    }
    if (step > 0) CompareWithCold(views, step);
  }

  std::map<std::string, FileView> ReportAll(ide::Workspace& workspace) {
    std::vector<std::shared_ptr<const ide::FileReport>> reports;
    for (const auto& [name, text] : texts_) {
      auto report = workspace.Repaired(PathOf(name));
      if (report) {
        reports.push_back(*report);
      } else {
        ok_ = false;
        ++totals_.mismatches;
        llvm::outs() << "  " << name << ": no report: " << llvm::toString(report.takeError()) << "\n";
      }
    }
    return MergeViews(reports);
  }

  void CompareWithCold(const std::map<std::string, FileView>& warm, uint32_t step) {
    ide::Workspace cold(OptionsFor(root_));
    for (const auto& [name, text] : texts_) cold.SetDocument(PathOf(name), text, step + 1);
    auto views = ReportAll(cold);
    for (const auto& [path, view] : warm) {
      auto other = views.find(path);
      if (other == views.end()) continue;
      std::string a = Serialise(view, root_), b = Serialise(other->second, root_);
      ++totals_.checked;
      if (a == b) continue;
      ok_ = false;
      ++totals_.mismatches;
      llvm::outs() << "  edit " << step << ": " << llvm::sys::path::filename(path) << ": the warm answer (+) is not the cold one (-)\n";
      PrintDifference(a, b);
    }
  }

  static void Print(const Section& section, const SectionResult& result) {
    for (const Mismatch& mismatch : result.mismatches) {
      llvm::outs() << llvm::formatv("  {0}:{1}:{2}\n", section.name, mismatch.line + 1, mismatch.column + 1);
      llvm::StringRef code = mismatch.line < section.lines.size() ? llvm::StringRef(section.lines[mismatch.line]) : "";
      llvm::outs() << "    | " << code << "\n    | " << std::string(mismatch.column, ' ') << "^\n";
      llvm::outs() << "    - " << (mismatch.expected.empty() ? "(nothing)" : mismatch.expected) << "\n";
      llvm::outs() << "    + " << (mismatch.actual.empty() ? "(nothing)" : mismatch.actual) << "\n";
    }
  }

  const Case& case_;
  std::string root_;
  Totals& totals_;
  ide::Workspace workspace_;
  std::map<std::string, std::string> texts_;
  std::vector<std::vector<Expectation>> holding_;
  bool ok_ = true;
};

void RunFile(llvm::StringRef path, llvm::StringRef shown, bool update, Totals& totals) {
  llvm::PrettyStackTraceString trace(shown.data());
  ++totals.files;
  auto fail = [&](const llvm::Twine& message) {
    ++totals.failed_files;
    ++totals.mismatches;
    llvm::outs() << "FAIL " << shown << "\n  " << message << "\n";
  };
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer) return fail("cannot be read: " + buffer.getError().message());
  auto test = ReadCase(shown, (*buffer)->getBuffer());
  if (!test) return fail(llvm::toString(test.takeError()));

  llvm::SmallString<128> made, root;
  if (auto error = llvm::sys::fs::createUniqueDirectory("trident-golden", made)) return fail("no temporary folder: " + error.message());
  auto cleanup = llvm::make_scope_exit([&] { llvm::sys::fs::remove_directories(made); });
  // Reports name files as the system does; a link in the temporary folder's path must not make them differ.
  llvm::sys::fs::real_path(made, root);

  CaseRun run(*test, root, totals);
  bool ok = run.Run();
  if (update) {
    std::string text = run.Updated();
    if (text == (*buffer)->getBuffer()) return;
    ++totals.updated;
    WriteFile(path, text);
    llvm::outs() << "updated " << shown << "\n";
    return;
  }
  if (ok) return;
  ++totals.failed_files;
  llvm::outs() << "FAIL " << shown << "\n";
}

std::vector<std::string> FilesUnder(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (llvm::sys::fs::recursive_directory_iterator it(folder, error), end; it != end && !error; it.increment(error)) {
    llvm::StringRef path = it->path();
    // Programs of the test harness itself are at the top; cases are in folders by subject.
    if (path.ends_with(".py") && llvm::sys::path::parent_path(path) != folder) files.push_back(path.str());
  }
  llvm::sort(files);
  return files;
}

int Main(llvm::ArrayRef<const char*> arguments) {
  bool update = false;
  std::string filter;
  std::vector<std::string> files;
  for (size_t i = 0; i < arguments.size(); ++i) {
    llvm::StringRef argument = arguments[i];
    if (argument == "--update") {
      update = true;
    } else if (argument == "--filter" && i + 1 < arguments.size()) {
      filter = arguments[++i];
    } else if (argument.starts_with("-")) {
      llvm::errs() << "usage: golden_tests [--update] [--filter TEXT] [FILE...]\n";
      return 2;
    } else {
      files.push_back(argument.str());
    }
  }
  std::string source_root = TRIDENT_SOURCE_DIR;
  if (files.empty()) files = FilesUnder(source_root + "/tests/golden");
  Totals totals;
  for (const std::string& path : files) {
    if (!llvm::StringRef(path).contains(filter)) continue;
    std::string shown = path;
    if (llvm::StringRef(shown).starts_with(source_root + "/")) shown = shown.substr(source_root.size() + 1);
    RunFile(path, shown, update, totals);
  }
  if (totals.updated) llvm::outs() << llvm::formatv("golden: {0} files updated; read the diff\n", totals.updated);
  llvm::outs() << llvm::formatv("golden: {0} files, {1} expectations, {2} mismatches in {3} files\n", totals.files, totals.checked, totals.mismatches,
                                totals.failed_files);
  return totals.failed_files ? 1 : 0;
}

}  // namespace
}  // namespace trident::golden

int main(int argc, char** argv) {
  llvm::sys::PrintStackTraceOnErrorSignal(argv[0]);
  return trident::golden::Main(llvm::ArrayRef<const char*>(const_cast<const char**>(argv) + 1, argc - 1));
}
