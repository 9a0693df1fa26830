// Turns a recorded run into time by source line, keeps it in a file, and shows it beside the lines while they are the same.
//
// Input: a recording (core/profile/recording.h) and what is known of the models' costs. A module's time goes to the lines
// whose operators it ran, by Trident's own graph of the model; time outside of known modules to the line, or the first
// line of the function, that the trace names. The file is text: a line's time stands with a fingerprint of its text, and
// is shown only where a line with that text is. Units: milliseconds for one step, a call of the outermost module.
#pragma once

#include "core/ide/ide.h"
#include "core/profile/recording.h"
#include "core/source/source.h"

#include "llvm/ADT/ArrayRef.h"

namespace trident::ide {

struct MeasuredLine {
  std::string path;         // Absolute.
  uint32_t line = 0;        // 1-based.
  std::string fingerprint;  // Of the line's text without the space around it.
  double device_ms = 0;
  double host_ms = 0;
  double least_ms = 0;  // The roofline's, for the same step; 0: not known.
};

struct Measured {
  uint64_t steps = 1;
  std::vector<MeasuredLine> lines;  // By path and line.
  double unplaced_device_ms = 0;    // For one step.
};

Measured PlaceRecording(const profile::Recording& recording, llvm::ArrayRef<const ModelProfile*> models, llvm::ArrayRef<std::string> files,
                        source::FileStore& sources);

// The file that editors read, in a workspace folder.
inline constexpr const char* kMeasuredFile = ".trident/measured.tsv";

// Paths under `folder` are written relative to it.
std::string WriteMeasured(const Measured& measured, llvm::StringRef folder);
// Rows that cannot be read are left out: the file is made anew by each import.
Measured ReadMeasured(llvm::StringRef text, llvm::StringRef folder);

// Hints of what the lines of `text` took, where their text is still the same; a line that moved is found again.
void AddMeasuredHints(const Measured& measured, llvm::StringRef path, const source::Text& text, std::vector<InlayHint>& hints);

}  // namespace trident::ide
