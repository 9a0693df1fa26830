// Measures what an edit costs in a workspace that knows the file, against the file's cold analysis in the same run.
//
//     incremental_bench [--site DIR] [--edits N] [--json] FILE…
//
// Prints for each file: cold; the same again; a comment; one changed literal (a number of the text, a different one each
// time, that is then taken back: each of both changes one literal), and of these edits the changes and the takings back by
// themselves. Wall and CPU milliseconds of this thread, to complete diagnostics and hints. The evaluation's own counts are
// in tests/golden/incremental.
#include "core/ide/ide.h"
#include "core/source/source.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/thread.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

namespace trident {
namespace {

struct Times {
  std::vector<double> wall, cpu;

  void Add(const Times& other) {
    llvm::append_range(wall, other.wall);
    llvm::append_range(cpu, other.cpu);
  }

  static double At(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<size_t>(share * values.size()))];
  }
};

double CpuMilliseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

template <typename Work>
void Measure(Times& times, Work work) {
  auto start = std::chrono::steady_clock::now();
  double cpu = CpuMilliseconds();
  work();
  times.cpu.push_back(CpuMilliseconds() - cpu);
  times.wall.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
}

// Places of the text where a number stands by itself.
std::vector<size_t> Literals(const std::string& text) {
  std::vector<size_t> places;
  for (size_t i = 1; i < text.size(); ++i) {
    if (llvm::isDigit(text[i]) && !llvm::isAlnum(text[i - 1]) && text[i - 1] != '_' && text[i - 1] != '.') places.push_back(i);
  }
  return places;
}

struct Row {
  Times cold, same, comment, literal, changed, taken_back;
};

Row MeasureFile(const std::string& path, const ide::Options& options, size_t edits) {
  source::FileStore disk;
  auto read = disk.Read(path);
  if (!read) {
    llvm::errs() << llvm::toString(read.takeError()) << "\n";
    return {};
  }
  const std::string text = (*read)->content;
  Row row;
  for (int i = 0; i < 5; ++i) {
    Measure(row.cold, [&] {
      ide::Workspace workspace(options);
      llvm::consumeError(workspace.Report(path).takeError());
    });
  }
  ide::Workspace workspace(options);
  int64_t version = 1;
  auto set = [&](std::string content) { workspace.SetDocument(path, std::move(content), version++); };
  auto report = [&] { llvm::consumeError(workspace.Report(path).takeError()); };
  set(text);
  report();
  for (size_t i = 0; i < edits; ++i) Measure(row.same, report);
  for (size_t i = 0; i < edits; ++i) {
    set(text + "# " + std::string(i, 'x') + "\n");
    Measure(row.comment, report);
  }
  set(text);
  report();
  std::vector<size_t> places = Literals(text);
  for (size_t i = 0; i < edits && !places.empty(); ++i) {
    std::string changed = text;
    size_t at = places[(i * 2654435761u) % places.size()];
    changed[at] = changed[at] == '9' ? '8' : changed[at] + 1;
    set(changed);
    Measure(row.changed, report);
    set(text);
    Measure(row.taken_back, report);
  }
  row.literal.Add(row.changed);
  row.literal.Add(row.taken_back);
  return row;
}

int Main(int argc, char** argv) {
  ide::Options options;
  options.use_cache = false;
  size_t edits = 100;
  bool json = false;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef word = argv[i];
    if (word == "--site" && i + 1 < argc) options.python_path = {source::NormalPath(argv[++i])};
    else if (word == "--edits" && i + 1 < argc) llvm::StringRef(argv[++i]).getAsInteger(10, edits);
    else if (word == "--json") json = true;
    else files.push_back(source::NormalPath(word));
  }
  const char* separator = "[";
  for (const std::string& file : files) {
    Row row = MeasureFile(file, options, edits);
    if (row.cold.wall.empty()) return 2;
    auto cell = [](const Times& times) {
      return llvm::formatv("{{\"p50_ms\": {0:F4}, \"p99_ms\": {1:F4}, \"cpu_p50_ms\": {2:F4}, \"cpu_p99_ms\": {3:F4}}", Times::At(times.wall, 0.5),
                           Times::At(times.wall, 0.99), Times::At(times.cpu, 0.5), Times::At(times.cpu, 0.99)).str();
    };
    if (json) {
      llvm::outs() << separator << llvm::formatv("{{\"file\": \"{0}\", \"cold\": {1}, \"same\": {2}, \"comment\": {3}, \"literal\": {4}, \"changed\": {5}, \"taken_back\": {6}}", file, cell(row.cold),
                                                 cell(row.same), cell(row.comment), cell(row.literal), cell(row.changed), cell(row.taken_back));
      separator = ",\n ";
      continue;
    }
    llvm::outs() << file << "\n";
    auto line = [&](const char* name, const Times& times) {
      llvm::outs() << llvm::formatv("  {0,-9} p50 {1,9:F3} ms  p99 {2,9:F3} ms   cpu p50 {3,9:F3} ms  p99 {4,9:F3} ms   cold / this {5:F0}\n", name,
                                    Times::At(times.wall, 0.5), Times::At(times.wall, 0.99), Times::At(times.cpu, 0.5), Times::At(times.cpu, 0.99),
                                    Times::At(row.cold.cpu, 0.5) / std::max(1e-6, Times::At(times.cpu, 0.5)));
    };
    line("cold", row.cold);
    line("same", row.same);
    line("comment", row.comment);
    line("literal", row.literal);
    line("  changed", row.changed);
    line("  back", row.taken_back);
  }
  if (json) llvm::outs() << (files.empty() ? "[" : "") << "]\n";
  return 0;
}

}  // namespace
}  // namespace trident

int main(int argc, char** argv) {
  int code = 0;
  // Evaluation may need a deep stack; a thread that has one is spared another.
  llvm::thread thread(std::optional<unsigned>(256u << 20), [&] { code = trident::Main(argc, argv); });
  thread.join();
  return code;
}
