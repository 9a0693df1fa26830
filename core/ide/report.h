// Turns what evaluation found of a file into its report. Internal to core/ide.
#pragma once

#include "core/ide/analysis.h"

namespace trident::ide {

std::shared_ptr<FileReport> MakeReport(const Facts& facts, const Options& options);

}  // namespace trident::ide
