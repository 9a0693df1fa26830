#include <doctest/doctest.h>

#include "tests/golden/check.h"

namespace trident::golden {
namespace {

Case Read(llvm::StringRef text) {
  auto result = ReadCase("tests/golden/x/model.py", text);
  REQUIRE(static_cast<bool>(result));
  return std::move(*result);
}

std::string Problem(llvm::StringRef text) {
  auto result = ReadCase("model.py", text);
  REQUIRE_FALSE(static_cast<bool>(result));
  return llvm::toString(result.takeError());
}

// A view of one file with the given hints and diagnostics, as a report would make it.
FileView View(std::vector<ide::InlayHint> hints, std::vector<ide::Diagnostic> diagnostics) {
  auto report = std::make_shared<ide::FileReport>();
  report->path = "/case/model.py";
  report->inlay_hints = std::move(hints);
  report->diagnostics = std::move(diagnostics);
  return MergeViews({report}).begin()->second;
}

ide::InlayHint HintAt(uint32_t line, uint32_t column, std::string label) {
  ide::InlayHint hint;
  hint.position = {line, column};
  hint.label = std::move(label);
  return hint;
}

ide::Diagnostic ErrorAt(uint32_t line, uint32_t start, uint32_t end, std::string code, std::string message) {
  ide::Diagnostic diagnostic;
  diagnostic.location = {"/case/model.py", {{line, start}, {line, end}}};
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  return diagnostic;
}

SectionResult Check(llvm::StringRef text, const FileView& view) {
  Case test = Read(text);
  ide::Workspace workspace{ide::Options{}};
  return CheckSection(test.sections.at(0), view, workspace, "/case");
}

}  // namespace

TEST_CASE("golden: a caret points into the nearest code line above") {
  Case test = Read("x = f()\n#^ type: f32[2]\n#    ^ error: [bad-call] \"two\"\ny = x\n");
  REQUIRE(test.sections.size() == 1);
  const auto& expectations = test.sections[0].expectations;
  REQUIRE(expectations.size() == 2);
  CHECK(expectations[0].line == 0);
  CHECK(expectations[0].column == 1);
  CHECK(expectations[1].kind == Kind::Error);
  CHECK(expectations[1].line == 0);
  CHECK(expectations[1].column == 5);
  CHECK(expectations[1].slug == "bad-call");
  CHECK(expectations[1].text == "two");
}

TEST_CASE("golden: an arrow stands for the column of the comment") {
  Case test = Read("    x = 1\n    # <- type: f32[]\n");
  CHECK(test.sections[0].expectations.at(0).column == 4);
  CHECK(test.sections[0].expectations.at(0).text == "f32[]");
}

TEST_CASE("golden: files and edits are sections, and what precedes them belongs to none") {
  Case test = Read("# About.\n# --- file: a.py\nx = 1\n# --- edit 1: a.py\nx = 2\n# ran: EvalGlobal(a)\n");
  REQUIRE(test.sections.size() == 2);
  CHECK(test.preamble.size() == 1);
  CHECK(test.sections[0].name == "a.py");
  CHECK(test.sections[0].Text() == "x = 1\n");
  CHECK(test.sections[1].step == 1);
  CHECK(test.sections[1].expectations.at(0).kind == Kind::Ran);
}

TEST_CASE("golden: what cannot be understood names its line") {
  CHECK(Problem("x = 1\n# ^ typ: f32[]\n").find("model.py:2:") == 0);
  CHECK(Problem("# --- fil: a.py\n").find("model.py:1:") == 0);
  CHECK(Problem("# --- edit 2: a.py\nx = 1\n# --- edit 1: a.py\n").find("model.py:3:") == 0);
}

TEST_CASE("golden: a formatted comment reads back as itself") {
  for (llvm::StringRef code : {"x = f()", "        x = self.fc(x)"}) {
    for (uint32_t column : {0u, 1u, 8u, 12u}) {
      Expectation wanted;
      wanted.kind = Kind::Warning;
      wanted.column = column;
      wanted.slug = "silent-broadcast";
      wanted.text = "4 against 1";
      Case test = Read((code + "\n" + FormatComment(wanted, code) + "\n").str());
      const Expectation& read = test.sections[0].expectations.at(0);
      CHECK(read.column == column);
      CHECK(read.kind == wanted.kind);
      CHECK(read.slug == wanted.slug);
      CHECK(read.text == wanted.text);
    }
  }
}

TEST_CASE("golden: expectations that hold, do not hold, and were not written") {
  FileView view = View({HintAt(0, 1, ": f32[2]")}, {ErrorAt(1, 4, 7, "bad-call", "three is not two")});
  llvm::StringRef code = "x = f()\n# <- type: f32[2]\ny = g(x)\n#   ^ error: [bad-call] \"not two\"\n";
  CHECK(Check("x = f()\n# <- type: f32[3]\n", View({HintAt(0, 1, ": f32[2]")}, {})).mismatches.size() == 1);
  CHECK(Check("x = f()\n# <- no-type\n", View({HintAt(0, 1, ": f32[2]")}, {})).mismatches.size() == 1);
  CHECK(Check("x = f()\n# <- no-type\n", View({}, {})).mismatches.empty());
  // The diagnostic is on line 1 of the view, the comment about line 2 of the text.
  SectionResult elsewhere = Check(code, view);
  REQUIRE(elsewhere.mismatches.size() == 2);
  CHECK(elsewhere.mismatches[0].actual.empty());
  CHECK(elsewhere.mismatches[1].expected.empty());

  view.diagnostics[0] = ErrorAt(2, 4, 7, "bad-call", "three is not two");
  SectionResult good = Check(code, view);
  CHECK(good.mismatches.empty());
  CHECK(good.checked == 2);
}

TEST_CASE("golden: one diagnostic meets one comment") {
  FileView view = View({}, {ErrorAt(0, 0, 1, "a", "same")});
  CHECK(Check("x = 1\n# <- error: [a] \"same\"\n# <- error: [a] \"same\"\n", view).mismatches.size() == 1);
}

}  // namespace trident::golden
