#include "server/cli/profile_import.h"

#include "server/cli/plot.h"
#include "server/cli/profile_view.h"

#include "core/ide/measured.h"
#include "core/profile/recording.h"
#include "core/source/source.h"
#include "server/write_file.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

namespace trident::cli {
namespace {

llvm::Expected<profile::Recording> Read(const std::string& path) {
  llvm::Expected<llvm::sys::fs::file_t> file = llvm::sys::fs::openNativeFileForRead(path);
  if (!file) {
    return llvm::createStringError(path + ": cannot be read: " + llvm::toString(file.takeError()));
  }
  llvm::Expected<profile::Recording> recording =
      profile::ImportTrace([&](char* into, size_t room) { return llvm::sys::fs::readNativeFile(*file, llvm::MutableArrayRef<char>(into, room)); });
  llvm::sys::fs::closeFile(*file);
  if (!recording) {
    return llvm::createStringError(path + ": " + llvm::toString(recording.takeError()));
  }
  return recording;
}

std::string Milliseconds(double value) { return llvm::formatv("{0:f3}", value).str(); }

void WriteLines(llvm::raw_ostream& out, const ide::Measured& measured, unsigned rows, Style style) {
  std::vector<const ide::MeasuredLine*> lines;
  for (const ide::MeasuredLine& line : measured.lines) {
    lines.push_back(&line);
  }
  llvm::stable_sort(lines, [](const auto* a, const auto* b) { return std::tie(b->device_ms, b->host_ms) < std::tie(a->device_ms, a->host_ms); });
  out << "\n" << style.Bold("  device ms    host ms  roofline ms  line, for one of " + Counted(measured.steps, "step")) << "\n";
  for (const ide::MeasuredLine* line : llvm::ArrayRef(lines).take_front(rows)) {
    out << AlignRight(Milliseconds(line->device_ms), 11) << AlignRight(Milliseconds(line->host_ms), 11)
        << AlignRight(line->least_ms > 0 ? Milliseconds(line->least_ms) : "?", 13) << "  " << ShownPath(line->path) << ":" << line->line << "\n";
  }
  if (measured.unplaced_device_ms > 0) {
    out << AlignRight(Milliseconds(measured.unplaced_device_ms), 11) << style.Dim("  on the device for no known line") << "\n";
  }
}

void WriteKernels(llvm::raw_ostream& out, const profile::Recording& recording, unsigned rows, Style style) {
  if (recording.kernels.empty()) {
    return;
  }
  out << "\n" << style.Bold("   total ms    calls  kernel") << "\n";
  for (const profile::RecordedKernel& kernel : llvm::ArrayRef(recording.kernels).take_front(rows)) {
    std::string name = kernel.name.size() > 100 ? kernel.name.substr(0, 100) + "…" : kernel.name;
    out << AlignRight(Milliseconds(kernel.microseconds * 1e-3), 11) << AlignRight(Grouped(static_cast<int64_t>(kernel.calls)), 9) << "  " << name
        << "\n";
  }
}

llvm::Error Store(const std::string& path, const ide::Measured& measured) {
  llvm::StringRef folder = llvm::sys::path::parent_path(path);
  if (std::error_code error = llvm::sys::fs::create_directories(folder)) {
    return llvm::createStringError(folder.str() + ": cannot be made: " + error.message());
  }
  // Paths are relative to the folder that holds `.trident`.
  return server::WriteFile(path, [&](llvm::raw_ostream& out) { out << ide::WriteMeasured(measured, llvm::sys::path::parent_path(folder)); });
}

}  // namespace

llvm::Error ImportRecording(const std::string& trace, const std::string& store, const Findings& findings, unsigned rows, Style style) {
  auto start = std::chrono::steady_clock::now();
  llvm::Expected<profile::Recording> recording = Read(trace);
  if (!recording) {
    return recording.takeError();
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  source::FileStore sources;
  ide::Measured measured = ide::PlaceRecording(*recording, ModelProfiles(findings), findings.files, sources);
  llvm::raw_ostream& out = llvm::outs();
  out << trace << ": " << Counted(recording->events, "event") << ", " << WithPrefix(static_cast<double>(recording->bytes), "B") << " in "
      << Duration(seconds) << " (" << WithPrefix(static_cast<double>(recording->bytes) / seconds, "B/s") << "), peak resident memory "
      << Bytes(profile::PeakResidentBytes()) << "\n";
  WriteLines(out, measured, rows, style);
  WriteKernels(out, *recording, rows, style);
  if (measured.lines.empty()) {
    out << "\nNo line of the files is in this recording: give the files of the model, and record with_stack=True or with_modules=True.\n";
    return llvm::Error::success();
  }
  std::string path = source::NormalPath(store.empty() ? std::string(ide::kMeasuredFile) : store);
  if (llvm::Error error = Store(path, measured)) {
    return error;
  }
  out << "\n" << Counted(measured.lines.size(), "line") << " written to " << ShownPath(path) << "; editors show them\n";
  return llvm::Error::success();
}

}  // namespace trident::cli
