// Performs random edits on real files in one workspace and compares every report with that of a new workspace.
//
//     edit_replay [--edits N] [--seed N] [--workers N] [--site DIR] [--in-place] [--back] [--from N] [FILE…]
//
// Without files: a sample of torchvision's and timm's models under DIR (.cache/site after ./dev setup --oracle). Exit
// code: 0 all reports equal, 1 some differ, 77 there is nothing to edit. With several workers the reports of the open
// files are asked for at the same time: for ThreadSanitizer. --in-place: three edits of four change a literal, a name or
// an operator, which is where what earlier runs found is used again. --back: half of the edits return to one of the last
// texts of a file, as one undoes and tries values; of the others, without --in-place, each changes one digit. --from: compares nothing before that edit, to come to a known one sooner.
#include "core/ide/codec.h"
#include "core/ide/ide.h"
#include "core/source/source.h"
#include "tests/golden/check.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/thread.h"

#include <chrono>
#include <deque>
#include <map>
#include <random>
#include <set>

namespace trident {
namespace {

// Files of the sample: of each folder every so many.
constexpr size_t kSample = 24;
// Files open at a time.
constexpr size_t kOpen = 3;
// Texts of a file that an edit may go back to.
constexpr size_t kTexts = 4;

struct Settings {
  size_t edits = 300;
  uint32_t seed = 1;
  unsigned workers = 1;
  bool in_place = false, back = false;
  size_t from = 0;
  std::string site = ".cache/site";
  std::vector<std::string> files;
};

std::string Bytes(const ide::FileReport& report) {
  ide::FileReport copy = report;
  copy.profile = {};
  copy.version = 0;
  copy.visited.clear();  // What may have been read: compared apart.
  ide::codec::Writer writer({});
  writer.Put(copy);
  return writer.Take();
}

class Replay {
 public:
  explicit Replay(Settings settings) : settings_(std::move(settings)), random_(settings_.seed), warm_(std::make_unique<ide::Workspace>(Options())) {}

  int Run() {
    for (size_t i = 0; i < settings_.edits; ++i) {
      if (i % 40 == 0) OpenOthers();
      std::string what = Edit();
      Compare(i, what);
      if (wrong_ >= 5) break;
    }
    llvm::outs() << llvm::formatv("edit replay: {0} edits of {1} files (seed {2}), {3} reports compared, {4} differ; warm {5:F1} s, cold {6:F1} s\n", done_,
                                  touched_.size(), settings_.seed, compared_, wrong_, warm_seconds_, cold_seconds_);
    for (const auto& [kind, count] : kinds_) llvm::outs() << "  " << llvm::left_justify(kind, 22) << count << "\n";
    return wrong_ > 0 ? 1 : 0;
  }

 private:
  ide::Options Options() const {
    ide::Options options;
    options.python_path = {settings_.site};
    options.use_cache = false;
    return options;
  }

  size_t Below(size_t n) { return n == 0 ? 0 : std::uniform_int_distribution<size_t>(0, n - 1)(random_); }

  std::string Disk(const std::string& path) {
    source::FileStore files;
    auto text = files.Read(path);
    if (text) return (*text)->content;
    llvm::consumeError(text.takeError());
    return "";
  }

  // Closes what is open and opens other files; helpers that were added go.
  void OpenOthers() {
    for (const auto& [path, text] : open_) warm_->CloseDocument(path);
    open_.clear();
    while (open_.size() < std::min(kOpen, settings_.files.size())) Set(settings_.files[Below(settings_.files.size())], std::nullopt);
  }

  void Set(const std::string& path, std::optional<std::string> text) {
    std::string content = text ? *text : Disk(path);
    open_[path] = content;
    touched_.insert(path);
    warm_->SetDocument(path, std::move(content), ++version_);
  }

  // One random edit of one open file; says what it was.
  std::string Edit() {
    ++done_;
    auto at = std::next(open_.begin(), Below(open_.size()));
    std::string path = at->first, text = at->second;
    std::string name = settings_.back ? GoBack(path, text) : "";
    if (name.empty()) name = settings_.back && !settings_.in_place ? ChangeDigit(text) : ChangeAnything(path, text);
    ++kinds_[name];
    if (open_.count(path)) Set(path, text);
    return name + " in " + llvm::sys::path::filename(path).str();
  }

  // Nothing where it does not.
  std::string GoBack(const std::string& path, std::string& text) {
    std::deque<std::string>& texts = texts_[path];
    if (!texts.empty() && Below(2) == 0) {
      std::swap(texts[Below(texts.size())], text);
      return "back";
    }
    texts.push_front(text);
    if (texts.size() > kTexts) texts.pop_back();
    return "";
  }

  std::string ChangeAnything(const std::string& path, std::string& text) {
    static constexpr size_t kInPlace[] = {4, 6, 12, 13};
    size_t kind = settings_.in_place && Below(4) != 0 ? kInPlace[Below(4)] : Below(14);
    return kind == 10 ? AddOrDeleteFile(path, text) : Change(kind, text, path);
  }

  std::string ChangeDigit(std::string& text) {
    std::vector<size_t> places = Numbers(text);
    if (places.empty()) return "digit";
    char& digit = text[places[Below(places.size())]];
    digit = digit == '9' ? '8' : digit + 1;
    return "digit";
  }

  std::string Change(size_t kind, std::string& text, const std::string& path) {
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::StringRef(text).split(lines, '\n');
    size_t line = Below(lines.size());
    auto join = [&] { text = llvm::join(lines, "\n"); };
    std::string kept;
    switch (kind) {
      case 0: kept = (lines[line] + "  # note").str(); lines[line] = kept; join(); return "comment";
      case 1: lines.insert(lines.begin() + line, ""); join(); return "blank line";
      case 2: lines.erase(lines.begin() + line); join(); return "delete line";
      case 3: lines.insert(lines.begin() + line, lines[Below(lines.size())]); join(); return "insert line";
      case 4: return ChangeLiteral(text);
      case 5: return ChangeLiteral(text);
      case 6: return Rename(text);
      case 7: return MoveItem(text);
      case 12: return ChangeName(text);
      case 13: return ChangeOperator(text);
      case 8: text.insert(Below(text.size() + 1), std::string(1, "()[]:'\"\\,=\n"[Below(11)])); return "break the syntax";
      case 9: text = Disk(path); return "as on disk";
      case 11:
      default:
        if (llvm::StringRef(text).starts_with("import math\n")) text = text.substr(12);
        else text = "import math\n" + text;
        return "import";
    }
  }

  static std::vector<size_t> Numbers(const std::string& text) {
    std::vector<size_t> places;
    for (size_t i = 1; i < text.size(); ++i) {
      bool number = llvm::isDigit(text[i]) && !llvm::isAlnum(text[i - 1]) && text[i - 1] != '_' && text[i - 1] != '.';
      if (number) places.push_back(i);
    }
    return places;
  }

  std::string ChangeLiteral(std::string& text) {
    std::vector<size_t> places = Numbers(text);
    if (places.empty()) return "literal";
    size_t at = places[Below(places.size())], end = at;
    while (end < text.size() && llvm::isDigit(text[end])) ++end;
    static constexpr const char* kNumbers[] = {"0", "1", "2", "3", "7", "16", "64", "512"};
    text.replace(at, end - at, kNumbers[Below(8)]);
    return "literal";
  }

  // One letter more, as typed, or one less.
  std::string ChangeName(std::string& text) {
    size_t at = Below(text.size());
    while (at < text.size() && !llvm::isAlpha(text[at])) ++at;
    while (at < text.size() && (llvm::isAlnum(text[at]) || text[at] == '_')) ++at;
    if (at < 3) return "name";
    if (Below(2) == 0) text.erase(at - 1, 1);
    else text.insert(at, 1, 'x');
    return "name";
  }

  std::string ChangeOperator(std::string& text) {
    static constexpr const char* kOperators[] = {" + ", " - ", " * ", " // ", " / ", " == ", " != ", " < ", " and ", " or "};
    const std::string from = kOperators[Below(10)];
    size_t at = text.find(from, Below(text.size()));
    if (at != std::string::npos) text.replace(at, from.size(), kOperators[Below(10)]);
    return "operator";
  }

  // A name everywhere in the file, as an editor would.
  std::string Rename(std::string& text) {
    size_t at = text.find("self.", Below(text.size()));
    if (at == std::string::npos) return "rename";
    size_t begin = at + 5, end = begin;
    while (end < text.size() && (llvm::isAlnum(text[end]) || text[end] == '_')) ++end;
    std::string name = text.substr(begin, end - begin), out;
    if (name.empty()) return "rename";
    for (size_t i = 0; i < text.size();) {
      bool word = text.compare(i, name.size(), name) == 0 && (i == 0 || (!llvm::isAlnum(text[i - 1]) && text[i - 1] != '_')) &&
                  (i + name.size() == text.size() || (!llvm::isAlnum(text[i + name.size()]) && text[i + name.size()] != '_'));
      out += word ? name + "_x" : std::string(1, text[i]);
      i += word ? name.size() : 1;
    }
    text = out;
    return "rename";
  }

  // A top-level definition to the end of the file.
  std::string MoveItem(std::string& text) {
    std::vector<size_t> starts;
    for (size_t i = 0; i + 1 < text.size(); ++i) {
      llvm::StringRef rest = llvm::StringRef(text).drop_front(i);
      if ((i == 0 || text[i - 1] == '\n') && (rest.starts_with("def ") || rest.starts_with("class ") || rest.starts_with("@"))) starts.push_back(i);
    }
    if (starts.size() < 3) return "move an item";
    size_t which = Below(starts.size() - 1);
    std::string item = text.substr(starts[which], starts[which + 1] - starts[which]);
    text.erase(starts[which], item.size());
    text += "\n\n" + item;
    return "move an item";
  }

  // A new module beside the file that the file imports from, or one of those goes again.
  std::string AddOrDeleteFile(const std::string& path, std::string& text) {
    std::string helper = llvm::sys::path::parent_path(path).str() + "/edit_replay_helper.py";
    if (open_.count(helper)) {
      warm_->CloseDocument(helper);
      open_.erase(helper);
      return "delete a file";
    }
    Set(helper, "import torch\n\nSIZE = " + std::to_string(1 + Below(9)) + "\nZEROS = torch.zeros(SIZE, 3)\n");
    text += "\nfrom edit_replay_helper import ZEROS\nedit_replay_value = ZEROS + 1\n";
    return "add a file";
  }

  void Compare(size_t number, const std::string& what) {
    auto warm = Reports(*warm_, warm_seconds_);
    if (number < settings_.from) return;
    ide::Workspace cold(Options());
    int64_t version = 0;
    for (const auto& [path, text] : open_) cold.SetDocument(path, text, ++version);
    auto fresh = Reports(cold, cold_seconds_);
    for (const auto& [path, text] : open_) {
      ++compared_;
      const auto &a = warm[path], &b = fresh[path];
      if (!a || !b) {
        if (!a != !b) Wrong(number, what, path, "one has no report", "");
        continue;
      }
      // Modules that earlier runs led to may stay among what is watched; none that matters may be missing.
      bool watches_all = llvm::all_of(b->visited, [&](const std::string& visited) { return llvm::is_contained(a->visited, visited); });
      if (!watches_all || Bytes(*a) != Bytes(*b)) Wrong(number, what, path, Shown(a) + Apart(Bytes(*a), Bytes(*b)), Shown(b) + Apart(Bytes(*b), Bytes(*a)));
    }
  }

  std::string Shown(const std::shared_ptr<const ide::FileReport>& report) {
    auto views = golden::MergeViews({report});
    std::string shown = golden::Serialise(views[report->path], settings_.site);
    for (const std::string& path : report->visited) shown += "visited " + path + "\n";
    for (const ide::Diagnostic& diagnostic : report->elsewhere) shown += "elsewhere " + diagnostic.location.path + " " + diagnostic.message + "\n";
    return shown;
  }

  // What stands in `bytes` where they first differ from `others`: not all of a report is shown as text.
  static std::string Apart(const std::string& bytes, const std::string& others) {
    size_t at = std::mismatch(bytes.begin(), bytes.begin() + std::min(bytes.size(), others.size()), others.begin()).first - bytes.begin();
    std::string near = bytes.substr(at < 60 ? 0 : at - 60, 160);
    for (char& c : near) c = llvm::isPrint(c) ? c : '.';
    return "byte " + std::to_string(at) + ": " + near + "\n";
  }

  void Wrong(size_t number, const std::string& what, const std::string& path, const std::string& warm, const std::string& cold) {
    ++wrong_;
    llvm::outs() << llvm::formatv("edit {0} ({1}): {2} differs (+ warm, - cold)\n", number, what, path);
    llvm::SmallVector<llvm::StringRef> a, b;
    llvm::StringRef(warm).split(a, '\n');
    llvm::StringRef(cold).split(b, '\n');
    std::set<llvm::StringRef> in_a(a.begin(), a.end()), in_b(b.begin(), b.end());
    int shown = 0;
    for (llvm::StringRef line : a)
      if (!in_b.count(line) && shown++ < 8) llvm::outs() << "  + " << line << "\n";
    for (llvm::StringRef line : b)
      if (!in_a.count(line) && shown++ < 16) llvm::outs() << "  - " << line << "\n";
  }

  std::map<std::string, std::shared_ptr<const ide::FileReport>> Reports(ide::Workspace& workspace, double& seconds) {
    auto start = std::chrono::steady_clock::now();
    std::vector<std::string> paths;
    for (const auto& [path, text] : open_) paths.push_back(path);
    std::map<std::string, std::shared_ptr<const ide::FileReport>> reports;
    std::mutex mutex;
    std::atomic<size_t> next = 0;
    auto work = [&] {
      for (size_t i = next++; i < paths.size(); i = next++) {
        // Fixes are asked for rarely and cost evaluations.
        auto report = done_ % 8 == 0 ? workspace.Repaired(paths[i]) : workspace.Report(paths[i]);
        std::lock_guard<std::mutex> lock(mutex);
        if (report) reports[paths[i]] = *report;
        else llvm::consumeError(report.takeError());
      }
    };
    std::vector<llvm::thread> threads;
    for (unsigned i = 0; i < settings_.workers; ++i) threads.emplace_back(std::optional<unsigned>(256u << 20), work);
    for (llvm::thread& thread : threads) thread.join();
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return reports;
  }

  Settings settings_;
  std::mt19937 random_;
  std::unique_ptr<ide::Workspace> warm_;
  std::map<std::string, std::string> open_;
  std::map<std::string, std::deque<std::string>> texts_;  // The last ones of each path, to go back to.
  std::set<std::string> touched_;
  std::map<std::string, size_t> kinds_;
  int64_t version_ = 0;
  size_t done_ = 0, compared_ = 0, wrong_ = 0;
  double warm_seconds_ = 0, cold_seconds_ = 0;
};

void Sample(const std::string& folder, std::vector<std::string>& out) {
  std::vector<std::string> files;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(folder, error), end; it != end && !error; it.increment(error)) {
    if (llvm::StringRef(it->path()).ends_with(".py")) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  for (size_t i = 0; i < files.size(); i += std::max<size_t>(1, files.size() / (kSample / 2))) out.push_back(files[i]);
}

int Main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef word = argv[i];
    auto value = [&] { return llvm::StringRef(i + 1 < argc ? argv[++i] : ""); };
    bool bad = false;
    if (word == "--edits") bad = value().getAsInteger(10, settings.edits);
    else if (word == "--seed") bad = value().getAsInteger(10, settings.seed);
    else if (word == "--workers") bad = value().getAsInteger(10, settings.workers);
    else if (word == "--from") bad = value().getAsInteger(10, settings.from);
    else if (word == "--in-place") settings.in_place = true;
    else if (word == "--back") settings.back = true;
    else if (word == "--site") settings.site = value().str();
    else settings.files.push_back(source::NormalPath(word));
    if (bad) {
      llvm::errs() << word << " needs a number\n";
      return 2;
    }
  }
  settings.site = source::NormalPath(settings.site);
  if (settings.files.empty()) {
    Sample(settings.site + "/torchvision/models", settings.files);
    Sample(settings.site + "/timm/models", settings.files);
  }
  if (settings.files.empty()) {
    llvm::outs() << "skipped: " << settings.site << " has no torchvision and no timm; ./dev setup --oracle fetches them\n";
    return 77;
  }
  return Replay(std::move(settings)).Run();
}

}  // namespace
}  // namespace trident

int main(int argc, char** argv) { return trident::Main(argc, argv); }
