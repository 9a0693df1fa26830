// Holds the open documents: their text, what the analysis last said of it, and who waits for the next word.
//
// Threads: the loop's.
#pragma once

#include "core/ide/ide.h"
#include "server/text_document.h"

#include "llvm/ADT/StringMap.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trident::server {

// A cell of a notebook: a document of its own for the client, some lines of the notebook's one module for the analysis.
struct Cell {
  std::string uri;
  int64_t version = 0;
  bool is_code = true;  // Python: others add no lines.
  TextDocument text{""};
  uint32_t first_line = 0;
};

// What the Triton compiler made of a kernel.
struct KernelNote {
  std::string kernel;
  ide::Range range;
  std::string title, details;  // A line; a table in Markdown, empty when it did not compile.
};

struct Document {
  std::string uri;  // As the client wrote it; clients differ in what they escape.
  std::string path;
  bool is_python = true;
  int64_t version = 0;    // The client's.
  uint64_t revision = 1;  // Ours: grows with every change, whatever versions the client sends.
  uint64_t touched = 0;   // When it was last opened, edited or asked about; larger is later.
  TextDocument text{""};  // Of a notebook: its code cells in order (notebook.h).
  bool is_notebook = false;
  std::vector<Cell> cells;

  std::shared_ptr<const ide::FileReport> report;  // Of report_revision.
  uint64_t report_revision = 0;
  bool is_dirty = true;          // The report does not hold any more, or there is none.
  uint64_t failed_revision = 0;  // Analysing this revision failed inside Trident: not tried again.
  bool is_prepared = false;      // For an edit: it was evaluated, or that was tried.
  double last_seconds = 0;       // What the last complete analysis took.
  std::string compiled;            // What compiling it when it was last saved came to; empty: it was not.
  uint64_t compiled_revision = 0;
  std::vector<KernelNote> kernels;  // Of the last time that its kernels were compiled.
  uint64_t kernels_revision = 0;
  uint64_t due = 0;              // Loop time in milliseconds before which analysis waits for more edits.

  // Called with whether there is a report of the present text.
  std::vector<std::function<void(bool ok)>> waiting;

  bool is_fresh() const { return report && !is_dirty && report_revision == revision; }
};

// A document under the name that the client uses: all of it, or one cell of a notebook. Holds until documents change.
struct View {
  Document* document = nullptr;
  const Cell* cell = nullptr;

  explicit operator bool() const { return document != nullptr; }
  const std::string& uri() const { return cell ? cell->uri : document->uri; }
  int64_t version() const { return cell ? cell->version : document->version; }
  uint32_t first_line() const { return cell ? cell->first_line : 0; }
  bool Shows(uint32_t line) const { return !cell || (line >= cell->first_line && line - cell->first_line < cell->text.line_count()); }
};

using Documents = std::map<std::string, Document>;  // By path.

}  // namespace trident::server
