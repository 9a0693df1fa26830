#include "core/diagnostics/catalogue.h"
#include "server/cli/arguments.h"
#include "server/cli/commands.h"
#include "server/cli/terminal.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::cli {
namespace {

const char* LevelName(diagnostics::Level level) {
  switch (level) {
    case diagnostics::Level::Error: return "error";
    case diagnostics::Level::Warning: return "warning";
    case diagnostics::Level::Information: return "info";
    case diagnostics::Level::Hint: return "hint";
  }
  return "";
}

int ListAll() {
  Style style = StyleFor(Stream::Out);
  size_t width = 0;
  for (const diagnostics::Entry& entry : diagnostics::All()) {
    width = std::max(width, llvm::StringRef(entry.slug).size());
  }
  for (const diagnostics::Entry& entry : diagnostics::All()) {
    llvm::outs() << style.Bold(AlignLeft(entry.slug, width)) << "  " << AlignLeft(LevelName(entry.level), 7) << "  " << entry.summary << "\n";
  }
  return kClean;
}

// Markdown with headings in bold and code in colour; as it is where there is no colour.
void PrintPage(llvm::StringRef page) {
  Style style = StyleFor(Stream::Out);
  bool is_code = false;
  llvm::SmallVector<llvm::StringRef> lines;
  page.rtrim().split(lines, '\n');
  for (llvm::StringRef line : lines) {
    if (line.starts_with("```")) {
      is_code = !is_code;
      if (style.colour()) {
        continue;
      }
    }
    if (is_code && style.colour()) {
      llvm::outs() << "    " << style.Cyan(line) << "\n";
    } else {
      llvm::outs() << (line.starts_with("#") ? style.Bold(line) : line.str()) << "\n";
    }
  }
}

}  // namespace

int RunExplain(Words words) {
  std::vector<std::string> slugs;
  bool list = false;
  CommandLine line = {.usage = "trident explain SLUG…",
                      .summary = "Prints the documentation of a diagnostic: what it means, an example, what to do.",
                      .options = {{"--list", "", "all diagnostics with their level and summary", &list}},
                      .positionals = &slugs};
  llvm::Expected<Parsed> parsed = Parse(line, words);
  if (!parsed) {
    return Fail(parsed.takeError());
  }
  if (*parsed == Parsed::HelpShown) {
    return kClean;
  }
  if (list) {
    return ListAll();
  }
  if (slugs.empty()) {
    return Fail("which diagnostic? `trident explain --list` shows them all");
  }
  for (const std::string& slug : slugs) {
    llvm::StringRef name = llvm::StringRef(slug).trim("[]");
    llvm::StringRef page = diagnostics::Page(name);
    const diagnostics::Entry* entry = diagnostics::Find(name);
    if (page.empty() && entry) {
      PrintPage("# " + name.str() + "\n\n" + entry->summary + " (" + LevelName(entry->level) + ")");
    } else if (page.empty()) {
      llvm::SmallVector<llvm::StringRef> known;
      for (const diagnostics::Entry& entry : diagnostics::All()) {
        known.push_back(entry.slug);
      }
      llvm::StringRef nearest = Nearest(name, known);
      return Fail("no diagnostic is named `" + name + "`" +
                  (nearest.empty() ? "; `trident explain --list` shows them all" : "; did you mean `" + nearest + "`?"));
    } else {
      PrintPage(page);
    }
  }
  return kClean;
}

}  // namespace trident::cli
