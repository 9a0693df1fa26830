#include "core/ide/codec.h"
#include "core/ide/ide.h"

#include <doctest/doctest.h>

using namespace trident::ide;

namespace {

FileReport Sample() {
  FileReport report;
  report.path = "/project/model.py";
  report.version = 7;
  Diagnostic diagnostic;
  diagnostic.location = {"/project/model.py", {{1, 2}, {3, 4}}};
  diagnostic.code = "linear-in-features";
  diagnostic.related = {{{"/site/torch/x.py", {}}, "from here"}, {{"/elsewhere/y.py", {}}, ""}};
  diagnostic.fixes = {{"use 64", {{{"/project/model.py", {{1, 1}, {1, 3}}}, "64"}}}};
  report.diagnostics = {diagnostic, diagnostic};
  report.models.emplace_back().parameters = 11'689'512;
  DocumentSymbol inner, outer;
  inner.name = "conv1";
  outer.children = {inner, inner};
  report.symbols = {outer};
  report.visited = {"/site/torch/x.py", ""};
  return report;
}

std::string Bytes(const FileReport& report, llvm::ArrayRef<std::string> roots) {
  codec::Writer writer(roots);
  writer.Put(report);
  return writer.Take();
}

const std::vector<std::string> kRoots = {"/project", "/site"};

}  // namespace

TEST_CASE("a report survives being bytes") {
  std::string bytes = Bytes(Sample(), kRoots);
  FileReport back;
  codec::Reader reader(bytes, kRoots);
  reader.Get(back);
  CHECK(reader.ok());
  CHECK(Bytes(back, kRoots) == bytes);
  CHECK(back.diagnostics[1].related[1].location.path == "/elsewhere/y.py");
  CHECK(back.diagnostics[0].fixes[0].edits[0].new_text == "64");
  CHECK(back.symbols[0].children.size() == 2);
  CHECK(back.models[0].parameters == 11'689'512);
}

TEST_CASE("another machine reads its own paths") {
  std::string bytes = Bytes(Sample(), kRoots);
  CHECK(bytes.find("/project") == std::string::npos);
  std::vector<std::string> other = {"/srv/b", "/usr/lib/site"};
  FileReport back;
  codec::Reader reader(bytes, other);
  reader.Get(back);
  CHECK(reader.ok());
  CHECK(back.path == "/srv/b/model.py");
  CHECK(back.diagnostics[0].related[0].location.path == "/usr/lib/site/torch/x.py");
}

TEST_CASE("bytes that were cut or altered are refused or read to the end, without harm") {
  std::string bytes = Bytes(Sample(), kRoots);
  for (size_t size = 0; size < bytes.size(); ++size) {
    FileReport back;
    codec::Reader reader(llvm::StringRef(bytes).take_front(size), kRoots);
    reader.Get(back);
    CHECK(!reader.ok());
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 0xFF);
    FileReport back;
    codec::Reader reader(altered, kRoots);
    reader.Get(back);
  }
}
