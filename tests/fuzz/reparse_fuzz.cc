// Texts are edited at many places: where an edited text is read in part, that gives what reading all of it gives.
#include "core/base/check.h"
#include "core/base/fingerprint.h"
#include "core/parse/parse.h"
#include "tests/same_parse.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdint>

using namespace trident;

namespace {

// What is typed, in place of as many bytes as the number says.
struct Edit {
  uint32_t removed;
  const char* typed;
};

constexpr Edit kEdits[] = {{0, " "},  {1, ""},      {0, "1"},    {1, "2"},     {1, "x"},       {3, "name"},  {0, "\n"},    {0, "\\\n"}, {0, "# "},
                           {0, "'"},  {0, "\"\"\""}, {0, "("},   {1, ")"},     {0, "f'{a}'"},  {0, "; b"},   {0, "@d\n"},  {0, "else:"}, {8, ""},
                           {0, ": "}, {0, "\t"},    {0, "\r\n"}, {0, "\xC3\xA9"}, {0, "x = 1\n"}, {1, ","}, {0, "    "}, {2, "\n\n"},  {0, "\f"}};
constexpr unsigned kPlaces = 12;

void Try(const parse::ParseResult& before, llvm::StringRef text, uint32_t at, const Edit& edit) {
  std::string edited = text.str();
  edited.replace(at, std::min<size_t>(edit.removed, edited.size() - at), edit.typed);
  std::optional<parse::ParseResult> again = parse::Reparse(before, edited, source::ChangeBetween(text, edited));
  if (!again) return;
  std::string difference = DifferenceBetween(*again, parse::ParseText(edited));
  if (!difference.empty()) llvm::errs() << "they differ in " << difference << " after '" << edit.typed << "' at " << at << "\n";
  CHECK(difference.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char*>(data), size);
  parse::ParseResult before = parse::ParseText(text);
  if (!before.errors.empty() || text.empty()) return 0;
  uint64_t seed = FingerprintOf(text).low;
  for (unsigned i = 0; i < kPlaces; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    uint32_t at = (seed >> 32) % text.size();
    // Also where a line begins or ends, as edits often do.
    if (i % 3 == 1) at = text.find('\n', at) == llvm::StringRef::npos ? text.size() : text.find('\n', at);
    if (i % 3 == 2) at = text.rfind('\n', at) + 1;
    for (const Edit& edit : kEdits) Try(before, text, at, edit);
  }
  return 0;
}
