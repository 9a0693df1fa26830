// Holds what `trident check` found over all files, in the order it is shown.
#pragma once

#include "core/ide/ide.h"

#include <memory>
#include <string>
#include <vector>

namespace trident::cli {

// What became of one file.
struct Outcome {
  std::shared_ptr<const ide::FileReport> report;  // Null: it could not be analysed, and `failure` says why.
  std::string failure;
};

struct Findings {
  std::vector<Outcome> outcomes;             // One for each of `files`.
  std::vector<std::string> files;            // Absolute, in the order asked for.
  std::vector<ide::Diagnostic> diagnostics;  // By path, line, column; each once, whichever file led to it.
  std::vector<ide::FileBindings> bindings;   // By path; each file once.
  std::vector<ide::ModelSummary> models;
  std::vector<std::shared_ptr<const ide::FileReport>> reports;  // Of files that could be analysed.
  std::vector<std::string> failures;                            // One line for each file that could not.
  size_t baselined = 0;                                         // Diagnostics left out because the baseline has them.
  profile::Report profile;
  double seconds = 0;
  size_t workers = 1;
  double busy_seconds = 0;                   // Processor time of all workers.

  // The part of the workers' time that they spent working; waiting for each other is not work.
  double Efficiency() const { return seconds > 0 ? busy_seconds / (seconds * static_cast<double>(workers)) : 0; }
};

// Sorts and merges what several reports say about the same places.
void Merge(Findings& findings);

size_t CountSeverity(const Findings& findings, ide::Severity severity);
const char* SeverityName(ide::Severity severity);  // "error", "warning", "information", "hint"

}  // namespace trident::cli
