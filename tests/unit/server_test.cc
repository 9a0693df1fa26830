#include "server/cli/arguments.h"
#include "server/cli/baseline.h"
#include "server/cli/find_files.h"
#include "server/cli/findings.h"
#include "server/cli/format.h"
#include "server/cli/json_text.h"
#include "server/debounce.h"
#include "server/job_thread.h"
#include "server/settings.h"
#include "server/text_document.h"

#include "core/base/check.h"
#undef CHECK
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace trident {
namespace {

using server::Encoding;
using Change = protocol::TextDocumentContentChange;

Change Edit(uint32_t line, uint32_t start, uint32_t end_line, uint32_t end, std::string text) {
  return {protocol::Range{{line, start}, {end_line, end}}, std::move(text)};
}

std::vector<std::string> Lines(const server::TextDocument& document) {
  std::vector<std::string> lines;
  for (uint32_t i = 0; i < document.line_count(); ++i) {
    lines.push_back(document.Line(i).str());
  }
  return lines;
}

TEST_CASE("units of every encoding and bytes, both ways") {
  llvm::StringRef line = "a😀é日b";  // 1 + 4 + 2 + 3 + 1 bytes
  for (auto [encoding, widths] :
       {std::pair{Encoding::Utf8, std::vector<uint32_t>{0, 1, 5, 7, 10, 11}}, std::pair{Encoding::Utf16, std::vector<uint32_t>{0, 1, 3, 4, 5, 6}},
        std::pair{Encoding::Utf32, std::vector<uint32_t>{0, 1, 2, 3, 4, 5}}}) {
    std::vector<uint32_t> bytes = {0, 1, 5, 7, 10, 11};
    for (size_t i = 0; i < bytes.size(); ++i) {
      CHECK(server::UnitsOfBytes(line, bytes[i], encoding) == widths[i]);
      CHECK(server::BytesOfUnits(line, widths[i], encoding) == bytes[i]);
    }
    CHECK(server::BytesOfUnits(line, 99, encoding) == 11);
  }
  CHECK(server::BytesOfUnits(line, 2, Encoding::Utf16) == 1);  // Inside the pair.
  CHECK(server::BytesOfUnits(line, 3, Encoding::Utf8) == 1);   // Inside the character.
}

TEST_CASE("a document under random edits has the lines of its text") {
  std::mt19937 random(1);
  const char* pieces[] = {"", "x", "\n", "\r", "\r\n", "é\n", "😀", "a\rb\n\nc"};
  for (Encoding encoding : {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32}) {
    server::TextDocument document("first\r\nsecond\rthird\n");
    for (int i = 0; i < 3000; ++i) {
      if (document.text().size() > 400) {
        document.Apply({std::nullopt, "anew\r\n"}, encoding);
      }
      uint32_t line = random() % (document.line_count() + 1);
      document.Apply(Edit(line, random() % 5, line + random() % 2, random() % 5, pieces[random() % std::size(pieces)]), encoding);
      REQUIRE(Lines(document) == Lines(server::TextDocument(document.text())));
    }
  }
}

TEST_CASE("fast analyses are not delayed, slow ones up to a limit") {
  server::Debounce debounce;
  CHECK(debounce.Milliseconds(0.004) == 0);
  CHECK(debounce.Milliseconds(0.2) == 100);
  CHECK(debounce.Milliseconds(60) == 250);
}

void RunOn(server::JobThread& thread, std::function<void()> job, server::JobThread::End& end) {
  thread.Submit(std::move(job));
  while (!thread.Wait(1000)) {
  }
  end = thread.Collect();
}

// Deeper than any stack; the compiler cannot know.
volatile int deepest = 1 << 30;

int Recurse(int depth, volatile char* above) {
  volatile char here[4096];
  here[0] = above[0];
  return depth < deepest ? Recurse(depth + 1, here) + here[0] : 0;
}

TEST_CASE("a job that fails inside ends alone") {
  server::JobThread thread;
  server::JobThread::End end;
  int done = 0;
  RunOn(thread, [&] { ++done; }, end);
  CHECK(!end.failed);
  RunOn(thread, [] { CheckFailed("file.cc", 7, "one == two"); }, end);
  CHECK(end.failed);
  CHECK(end.reason == "internal error at file.cc:7: one == two");
  volatile char start[1] = {};
  RunOn(thread, [&] { done += Recurse(0, start); }, end);
  CHECK(end.failed);
  RunOn(thread, [&] { ++done; }, end);
  CHECK(!end.failed);
  CHECK(done == 2);
  CHECK(server::AnyParked());
}

TEST_CASE("settings: known fields are taken, wrong ones named, null is the default") {
  using protocol::Json;
  server::SettingsResult result = server::ReadSettings(Json::parse(
      R"({"trident":{"pythonPath":["a","b"],"inlayHints":{"types":false,"cost":true},"codeLens":null,"hover":5,"unknown":1,
          "remoteCache":{"url":"http://cache.example.com","upload":true},
          "severity":{"matmul-sizes":"off","conv-groups":"hint","linear-in-features":"loud","no-such":"off"}}})"));
  CHECK(result.settings.python_path == std::vector<std::string>{"a", "b"});
  CHECK(!result.settings.type_hints);
  CHECK(result.settings.cost_hints);
  CHECK(result.settings.code_lens);
  CHECK(result.settings.hover);
  CHECK(result.settings.remote_cache == "http://cache.example.com");
  CHECK(result.settings.remote_upload);
  CHECK(!result.settings.severities.at("matmul-sizes"));
  CHECK(result.settings.severities.at("conv-groups") == ide::Severity::Hint);
  CHECK(result.complaints.size() == 3);
  CHECK(server::ReadSettings(nullptr).settings == server::Settings());
  CHECK(server::ReadSettings(Json::parse(R"({"pythonPath":"a"})")).complaints.size() == 1);
}

std::string ParseError(std::vector<llvm::StringRef> words) {
  bool flag = false;
  std::string text;
  std::vector<std::string> list, positionals;
  cli::CommandLine line = {.usage = "", .summary = "", .options = {}, .positionals = &positionals};
  line.options = {{"--flag", "", "", &flag}, {"--format", "F", "", &text, {"text", "json"}}, {"--list", "X", "", &list}};
  llvm::Expected<cli::Parsed> parsed = cli::Parse(line, words);
  if (!parsed) {
    return llvm::toString(parsed.takeError());
  }
  return (flag ? "flag " : "") + text + " " + std::to_string(list.size()) + " " + std::to_string(positionals.size());
}

TEST_CASE("command lines") {
  CHECK(ParseError({"a", "--format", "json", "b", "--flag", "--list=x", "--list", "y"}) == "flag json 2 2");
  CHECK(ParseError({"--", "--flag", "-x"}) == " 0 2");
  CHECK(ParseError({"--fromat", "x"}) == "unknown option `--fromat`; did you mean `--format`?");
  CHECK(ParseError({"--format", "xml"}) == "--format is one of text, json, not `xml`");
  CHECK(ParseError({"--format"}) == "`--format` needs a value: --format F");
  CHECK(ParseError({"--flag=1"}) == "`--flag` takes no value");
}

TEST_CASE("texts of any bytes become JSON and XML") {
  CHECK(cli::JsonString("a\"\\\n\x01é\xff") == "\"a\\\"\\\\\\n\\u0001é\xEF\xBF\xBD\"");
  CHECK(cli::XmlText("<a & \"b\">\x02") == "&lt;a &amp; &quot;b&quot;&gt;\xEF\xBF\xBD");
}

TEST_CASE("numbers for people") {
  CHECK(cli::Grouped(11689512) == "11,689,512");
  CHECK(cli::Grouped(-1234) == "-1,234");
  CHECK(cli::Grouped(999) == "999");
  CHECK(cli::Bytes(1536) == "1.5 KiB");
  CHECK(cli::Bytes(12) == "12 B");
  CHECK(cli::Counted(1, "error") == "1 error");
  CHECK(cli::Counted(0, "error") == "0 errors");
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "server_test_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::string path = path_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_CASE("a folder means the Python files under it that are the user's own") {
  Folder folder;
  std::string a = folder.Write("b/a.py", "");
  std::string z = folder.Write("z.py", "");
  for (const char* skipped :
       {".git/x.py", "lib/site-packages/x.py", "node_modules/x.py", "notes.txt", "__pycache__/x.py", "env/x.py", "env/pyvenv.cfg"}) {
    folder.Write(skipped, "");
  }
  std::filesystem::create_directory_symlink(".", folder.path() + "/loop");
  cli::FoundFiles found = cli::FindFiles({folder.path(), z});
  CHECK(found.files == std::vector<std::string>{z, a});
  CHECK(found.failures.empty());
  std::string none = folder.path() + "/.git/none";
  found = cli::FindFiles({none, z});
  CHECK(found.files == std::vector<std::string>{z});
  CHECK(found.failures == std::vector<std::string>{none + ": no such file or folder"});
}

cli::Findings Example(const Folder& folder) {
  ide::Diagnostic diagnostic;
  diagnostic.location = {folder.Write("m.py", "x = 1\n\ty = '日' + f(x)\n"), {{1, 13}, {1, 17}}};
  diagnostic.code = "linear-in-features";
  diagnostic.message = "linear expects 512 features";
  diagnostic.label = "f32[N]";
  diagnostic.related.push_back({{diagnostic.location.path, {{0, 0}, {0, 1}}}, "512 comes from here"});
  auto report = std::make_shared<ide::FileReport>();
  report->path = diagnostic.location.path;
  report->diagnostics = {diagnostic, diagnostic};
  report->bindings = {{report->path, {{2, "y", {"null"}}, {1, "x", {"1"}}, {2, "y", {"null", "2"}}}}};
  cli::Findings findings;
  findings.files = {report->path};
  findings.reports = {report};
  cli::Merge(findings);
  return findings;
}

TEST_CASE("what several reports say is merged") {
  Folder folder;
  cli::Findings findings = Example(folder);
  CHECK(findings.diagnostics.size() == 1);
  REQUIRE(findings.bindings.size() == 1);
  REQUIRE(findings.bindings[0].bindings.size() == 2);
  CHECK(findings.bindings[0].bindings[1].types == std::vector<std::string>{"null", "2"});
}

TEST_CASE("an excerpt marks the columns that are meant") {
  Folder folder;
  cli::Findings findings = Example(folder);
  source::FileStore sources;
  std::string text;
  llvm::raw_string_ostream out(text);
  cli::WriteText(out, findings, sources, cli::Style(false));
  CHECK(text.find("m.py:2:12: error: linear expects 512 features [linear-in-features]\n"
                  "    2 |     y = '日' + f(x)\n"
                  "      |                ^^^^ f32[N]\n") != std::string::npos);
  CHECK(text.find("m.py:1:1: note: 512 comes from here\n") != std::string::npos);
  CHECK(text.find("1 error in 1 file") != std::string::npos);
}

TEST_CASE("a baseline leaves out what it lists, once for each line") {
  Folder folder;
  cli::Findings findings = Example(folder);
  std::string path = folder.path() + "/baseline";
  CHECK(!cli::WriteBaseline(path, findings));
  findings.diagnostics.push_back(findings.diagnostics[0]);
  findings.diagnostics[0].location.range.start.line = 90;
  CHECK(!cli::ApplyBaseline(path, findings));
  CHECK(findings.baselined == 1);
  CHECK(findings.diagnostics.size() == 1);
  llvm::Error missing = cli::ApplyBaseline(folder.path() + "/none", findings);
  CHECK(llvm::toString(std::move(missing)).find("cannot be read") != std::string::npos);
}

}  // namespace
}  // namespace trident
