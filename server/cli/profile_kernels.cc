#include "server/cli/profile_kernels.h"

#include "core/source/source.h"
#include "protocol/json_rpc.h"
#include "server/cli/commands.h"
#include "server/kernel_compiler.h"
#include "server/write_file.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace trident::cli {
namespace {

using protocol::Json;
using server::KernelFigures;
using server::KernelProfile;

void WriteText(const KernelProfile& profile, const ide::KernelSpec& spec) {
  llvm::outs() << spec.name << (spec.when.empty() ? "" : " (" + spec.when + ")") << "\n  " << server::Summary(profile) << "\n";
  for (const auto& [stage, time] : profile.now.stages) {
    double old = 0;
    for (const auto& [name, before] : profile.before ? profile.before->stages : std::vector<std::pair<std::string, double>>()) old = name == stage ? before : old;
    llvm::outs() << llvm::formatv("  {0,-8}{1,10:f1} ms", stage, time / 1e3);
    if (old > 0) llvm::outs() << llvm::formatv("   (was {0:f1})", old / 1e3);
    llvm::outs() << "\n";
  }
  llvm::outs() << llvm::formatv("  {0} bytes of assembly, {1} of binary; Triton {2}{3}\n", profile.now.ptx_bytes, profile.now.binary_bytes, profile.triton, profile.cached ? ", from the cache" : "");
}

Json ToJson(const KernelFigures& figures) {
  Json stages = Json::object();
  for (const auto& [name, time] : figures.stages) stages[name] = time;
  return {{"microseconds", stages}, {"registers", figures.registers}, {"spills", figures.spills}, {"shared", figures.shared}, {"instructions", figures.instructions},
          {"ptx_bytes", figures.ptx_bytes}, {"binary_bytes", figures.binary_bytes}};
}

Json ToJson(const std::string& file, const KernelProfile& profile, const ide::KernelSpec& spec) {
  Json out = {{"file", file}, {"kernel", spec.name}, {"when", spec.when}, {"target", profile.target}, {"triton", profile.triton}, {"cached", profile.cached}, {"now", ToJson(profile.now)}};
  if (profile.before) out["before"] = ToJson(*profile.before);
  return out;
}

// Each stage as FOLDER/KERNEL.STAGE, and beside it the line of the source of each of its lines.
llvm::Error WriteStages(const KernelProfile& profile, const std::string& folder) {
  if (std::error_code error = llvm::sys::fs::create_directories(folder)) return llvm::createStringError(folder + ": " + error.message());
  for (const server::KernelStage& stage : profile.stages) {
    std::string path = folder + "/" + profile.kernel + "." + stage.name;
    if (llvm::Error error = server::WriteFile(path, [&](llvm::raw_ostream& out) { out << stage.text; })) return error;
    if (stage.lines.empty()) continue;
    auto lines = [&](llvm::raw_ostream& out) {
      for (int64_t line : stage.lines) out << line << "\n";
    };
    if (llvm::Error error = server::WriteFile(path + ".lines", lines)) return error;
  }
  return llvm::Error::success();
}

}  // namespace

int ProfileKernels(const std::vector<std::string>& paths, const KernelOptions& options) {
  bool failed = false;
  Json list = Json::array();
  for (const std::string& path : paths) {
    auto [file, name] = llvm::StringRef(path).rsplit(':');
    if (!llvm::sys::fs::exists(file)) file = path, name = "";
    ide::Options analysis;
    analysis.workspace = {source::NormalPath(".")};
    analysis.python_environment = options.python;
    ide::Workspace workspace(std::move(analysis));
    llvm::Expected<std::vector<ide::KernelSpec>> specs = workspace.Kernels(source::NormalPath(file));
    if (!specs) return Fail(specs.takeError());
    bool any = false;
    for (const ide::KernelSpec& spec : *specs) {
      if ((!name.empty() && name != spec.name) || spec.signature.empty()) continue;
      any = true;
      server::KernelRequest request = server::RequestFor(source::NormalPath(file), spec, options.target, options.python);
      request.stages = !options.stages.empty();
      request.timeout_seconds = options.timeout;
      llvm::Expected<KernelProfile> profile = server::CompileKernel(request);
      if (!profile) {
        llvm::errs() << "trident: " << spec.name << ": " << llvm::toString(profile.takeError()) << "\n";
        failed = true;
        continue;
      }
      if (options.format == "json") {
        list.push_back(ToJson(request.file, *profile, spec));
      } else {
        WriteText(*profile, spec);
      }
      if (!options.stages.empty()) {
        if (llvm::Error error = WriteStages(*profile, options.stages)) return Fail(std::move(error));
      }
    }
    if (!any) {
      llvm::errs() << "trident: " << path << ": no kernel whose launch says all its types\n";
      failed = true;
    }
  }
  if (options.format == "json") llvm::outs() << list.dump(1) << "\n";
  llvm::outs().flush();
  return failed ? kCannotRun : kClean;
}

}  // namespace trident::cli
