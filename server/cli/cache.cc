#include "core/config/config.h"
#include "core/ide/ide.h"
#include "core/query/disk_store.h"
#include "server/cli/arguments.h"
#include "server/cli/commands.h"
#include "server/cli/terminal.h"
#include "server/log_line.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace trident::cli {
namespace {

std::string Size(uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  if (bytes < 1024 * 1024) return llvm::formatv("{0:F1} KiB", bytes / 1024.0).str();
  return llvm::formatv("{0:F1} MiB", bytes / 1024.0 / 1024.0).str();
}

query::DiskOptions Disk(const std::string& folder) {
  query::DiskOptions options{.folder = folder.empty() ? query::DefaultCacheFolder() : folder,
                             .schema = query::BuildSchema(),
                             .log = server::WriteLogLine};
  source::FileStore files;
  if (std::optional<config::Config> config = config::ReadAbove(files, source::NormalPath("."), ide::DeviceNames())) {
    if (config->cache.megabytes) options.max_bytes = *config->cache.megabytes << 20;
    if (config->cache.days) options.max_days = static_cast<unsigned>(*config->cache.days);
  }
  return options;
}

int PrintStats(const std::string& folder) {
  query::DiskStore store(Disk(folder));
  llvm::Expected<query::DiskStats> stats = store.Stats();
  if (!stats) return Fail(stats.takeError());
  Style style = StyleFor(Stream::Out);
  llvm::outs() << style.Bold(AlignLeft("cache", 14)) << style.Bold("     entries         size") << "\n";
  static constexpr const char* kWhat[] = {"what was read", "inferred types", "generated code"};
  for (size_t i = 0; i < stats->tables.size(); ++i) {
    const query::TableStats& table = stats->tables[i];
    llvm::outs() << AlignLeft(table.name, 14) << llvm::formatv("{0,12} {1,12}  ", table.entries, Size(table.bytes)) << style.Dim(kWhat[i]) << "\n";
  }
  llvm::outs() << "\n" << stats->path << ", " << Size(stats->file_bytes) << "\n";
  if (stats->other_builds > 0) {
    llvm::outs() << Size(stats->other_bytes) << " more of " << stats->other_builds << " other build" << (stats->other_builds == 1 ? "" : "s")
                 << " of Trident; `trident cache gc` drops what is old\n";
  }
  return kClean;
}

int CollectGarbage(const std::string& folder) {
  query::DiskStore store(Disk(folder));
  llvm::Expected<uint64_t> dropped = store.Collect();
  if (!dropped) return Fail(dropped.takeError());
  llvm::outs() << *dropped << (*dropped == 1 ? " entry" : " entries") << " dropped\n";
  return kClean;
}

}  // namespace

int RunCache(Words words) {
  std::vector<std::string> actions;
  std::string folder;
  CommandLine line = {.usage = "trident cache stats|gc|clear|path",
                      .summary = "Looks after the results that Trident keeps on disk between runs.",
                      .options = {{"--folder", "DIR", "another folder than the user's", &folder}},
                      .positionals = &actions,
                      .epilogue = "stats: what is kept; gc: drop what is too old or too much; clear: drop everything; path: where it is."};
  llvm::Expected<Parsed> parsed = Parse(line, words);
  if (!parsed) return Fail(parsed.takeError());
  if (*parsed == Parsed::HelpShown) return kClean;
  if (actions.size() != 1) return Fail("which of `trident cache stats`, `gc`, `clear` and `path`?");
  query::DiskOptions disk = Disk(folder);
  if (disk.folder.empty()) return Fail("there is no home folder to keep results in; set XDG_CACHE_HOME");
  const std::string& action = actions.front();
  if (action == "stats") return PrintStats(folder);
  if (action == "gc") return CollectGarbage(folder);
  if (action == "path") {
    llvm::outs() << query::DiskStore::FileFor(disk) << "\n";
    return kClean;
  }
  if (action != "clear") return Fail("`trident cache " + action + "`: use stats, gc, clear or path");
  if (llvm::Error error = query::DiskStore::Clear(disk.folder)) return Fail(std::move(error));
  return kClean;
}

}  // namespace trident::cli
