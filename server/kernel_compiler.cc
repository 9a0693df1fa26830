#include "server/kernel_compiler.h"

#include "protocol/json_rpc.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace trident::server {

using protocol::Json;

namespace {

constexpr size_t kMostOutput = size_t{64} << 20;  // Far above any kernel's stages.
constexpr double kMostNumber = 1e12;

struct Pipes {
  int in[2] = {-1, -1}, out[2] = {-1, -1};
  bool Open() { return pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0; }
  ~Pipes() {
    for (int* end : {&in[0], &in[1], &out[0], &out[1]}) Close(*end);
  }
  static void Close(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

// Writes `input` to the process and reads what it says, until it ends or the time is over. The process leads a group of
// its own, so that the assemblers it starts end with it.
llvm::Expected<std::string> Run(const std::string& python, const std::string& input, int timeout_seconds) {
  Pipes pipes;
  if (!pipes.Open()) return llvm::createStringError("no pipe: " + llvm::StringRef(std::strerror(errno)));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes.in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, pipes.out[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::string program = python, option = "-c", code = kKernelHelper;
  char* arguments[] = {program.data(), option.data(), code.data(), nullptr};
  pid_t process = 0;
  int failed = posix_spawnp(&process, program.c_str(), &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return llvm::createStringError(python + " cannot be started: " + std::strerror(failed));
  Pipes::Close(pipes.in[0]);
  Pipes::Close(pipes.out[1]);
  fcntl(pipes.in[1], F_SETFL, O_NONBLOCK);

  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(timeout_seconds);
  std::string output;
  size_t sent = 0;
  bool late = false;
  while (pipes.out[0] >= 0 && output.size() <= kMostOutput) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      late = true;
      break;
    }
    pollfd watched[2] = {{pipes.out[0], POLLIN, 0}, {pipes.in[1], POLLOUT, 0}};
    if (poll(watched, pipes.in[1] >= 0 ? 2 : 1, static_cast<int>(left)) < 0 && errno != EINTR) break;
    if (pipes.in[1] >= 0 && watched[1].revents != 0) {
      ssize_t wrote = sent < input.size() ? write(pipes.in[1], input.data() + sent, input.size() - sent) : 0;
      if (wrote > 0) sent += wrote;
      if (sent == input.size() || (wrote < 0 && errno != EAGAIN)) Pipes::Close(pipes.in[1]);
    }
    if (watched[0].revents != 0) {
      char buffer[65536];
      ssize_t got = read(pipes.out[0], buffer, sizeof buffer);
      if (got <= 0) break;
      output.append(buffer, got);
    }
  }
  kill(-process, SIGKILL);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (late) return llvm::createStringError("compiling took longer than " + std::to_string(timeout_seconds) + " s");
  if (output.size() > kMostOutput) return llvm::createStringError("the compiler's answer is too large");
  return output;
}

// A number that makes sense, or nothing.
std::optional<double> NumberIn(const Json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  double number = found->get<double>();
  return number >= 0 && number <= kMostNumber ? std::optional(number) : std::nullopt;
}

std::optional<KernelFigures> FiguresOf(const Json& object) {
  static constexpr const char* kStages[] = {"front", "ttir", "ttgir", "llir", "ptx", "amdgcn", "cubin", "hsaco"};
  KernelFigures out;
  if (!object.is_object()) return std::nullopt;
  for (const auto& [name, into] : {std::pair("registers", &out.registers), std::pair("spills", &out.spills), std::pair("shared", &out.shared), std::pair("instructions", &out.instructions),
                                   std::pair("ptx_bytes", &out.ptx_bytes), std::pair("binary_bytes", &out.binary_bytes)}) {
    std::optional<double> number = NumberIn(object, name);
    if (!number) return std::nullopt;
    *into = static_cast<int64_t>(*number);
  }
  auto times = object.find("times_us");
  if (times == object.end() || !times->is_object()) return std::nullopt;
  for (const char* stage : kStages) {
    if (std::optional<double> time = NumberIn(*times, stage)) out.stages.emplace_back(stage, *time);
  }
  return out;
}

std::string WordIn(const Json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void ReadStages(const Json& stages, KernelProfile& profile) {
  for (const auto& [name, stage] : stages.items()) {
    if (!stage.is_object()) continue;
    KernelStage out{name, WordIn(stage, "text"), {}};
    auto lines = stage.find("lines");
    if (lines != stage.end() && lines->is_array()) {
      for (const Json& line : *lines) out.lines.push_back(line.is_number_integer() ? line.get<int64_t>() : 0);
    }
    profile.stages.push_back(std::move(out));
  }
}

std::string Amount(int64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  return llvm::formatv(bytes % 1024 == 0 ? "{0:f0} KiB" : "{0:f1} KiB", static_cast<double>(bytes) / 1024).str();
}

std::string Time(double microseconds) { return llvm::formatv(microseconds < 1e6 ? "{0:f1} ms" : "{0:f0} ms", microseconds / 1e3).str(); }

}  // namespace

static std::string CacheFolder() {
  llvm::SmallString<128> folder;
  if (!llvm::sys::path::cache_directory(folder)) return "";
  llvm::sys::path::append(folder, "trident", "kernels");
  return folder.str().str();
}

KernelRequest RequestFor(const std::string& file, const ide::KernelSpec& kernel, const std::string& target, const std::string& environment) {
  KernelRequest request;
  request.file = file;
  request.kernel = kernel;
  request.target = !target.empty() ? target : !kernel.target.empty() ? kernel.target : kDefaultTarget;
  request.python = PythonOf(environment);
  request.cache = CacheFolder();
  return request;
}

llvm::Expected<KernelProfile> CompileKernel(const KernelRequest& request) {
  Json signature = Json::object();
  for (const auto& [name, type] : request.kernel.signature) signature[name] = type;
  Json input = {{"file", request.file},
                {"kernel", request.kernel.name},
                {"target", request.target},
                {"signature", std::move(signature)},
                {"options", {{"num_warps", request.kernel.warps}, {"num_stages", request.kernel.stages}}},
                {"cache", request.cache},
                {"stages", request.stages}};
  if (request.text) input["text"] = *request.text;
  llvm::Expected<std::string> output = Run(request.python.empty() ? "python3" : request.python, input.dump(-1, ' ', true, Json::error_handler_t::replace), request.timeout_seconds);
  if (!output) return output.takeError();
  Json answer = Json::parse(*output, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return llvm::createStringError("the compiler ended without an answer: it may have crashed on this kernel");
  if (std::string error = WordIn(answer, "error"); !error.empty()) return llvm::createStringError(error);
  std::optional<KernelFigures> now = FiguresOf(answer);
  if (!now) return llvm::createStringError("the compiler's answer is not understood");
  KernelProfile profile;
  profile.kernel = request.kernel.name;
  profile.target = request.target;
  profile.triton = WordIn(answer, "triton");
  profile.cached = answer.value("cached", Json()) == true;
  profile.now = std::move(*now);
  if (auto before = answer.find("previous"); before != answer.end()) profile.before = FiguresOf(*before);
  if (auto stages = answer.find("stages"); stages != answer.end() && stages->is_object()) ReadStages(*stages, profile);
  return profile;
}

std::string PythonOf(const std::string& environment) {
  if (environment.empty()) return "python3";
  std::string own = environment + "/bin/python";
  return llvm::sys::fs::can_execute(own) ? own : "python3";
}

std::string Summary(const KernelProfile& profile) {
  const KernelFigures& now = profile.now;
  double total = 0;
  for (const auto& [name, time] : now.stages) total += time;
  std::string out = "compiled for " + profile.target + " in " + Time(total);
  auto add = [&](const std::string& text, int64_t value, int64_t KernelFigures::*member, bool amount) {
    out += " · " + text;
    if (profile.before && (*profile.before).*member != value) {
      int64_t old = (*profile.before).*member;
      out += " (was " + (amount ? Amount(old) : std::to_string(old)) + ")";
    }
  };
  add(std::to_string(now.registers) + " registers", now.registers, &KernelFigures::registers, false);
  add(std::to_string(now.spills) + (now.spills == 1 ? " spill" : " spills"), now.spills, &KernelFigures::spills, false);
  add(Amount(now.shared) + " shared", now.shared, &KernelFigures::shared, true);
  if (now.instructions > 0) add(std::to_string(now.instructions) + " instructions", now.instructions, &KernelFigures::instructions, false);
  return out;
}

std::string Details(const KernelProfile& profile) {
  const std::optional<KernelFigures>& before = profile.before;
  std::string out = "| " + profile.target + ", Triton " + profile.triton + " | now |" + (before ? " before |" : "") + "\n| :-- | --: |" + (before ? " --: |" : "") + "\n";
  auto row = [&](const std::string& name, const std::string& now, const std::string& old) { out += "| " + name + " | " + now + " |" + (before ? " " + old + " |" : "") + "\n"; };
  for (const auto& [stage, time] : profile.now.stages) {
    std::string old;
    for (const auto& [name, value] : before ? before->stages : profile.now.stages) {
      if (name == stage) old = Time(value);
    }
    row(stage == "front" ? "front end" : stage, Time(time), old);
  }
  auto figure = [&](const char* name, int64_t KernelFigures::*member, bool bytes) {
    auto text = [&](const KernelFigures& figures) { return bytes ? Amount(figures.*member) : std::to_string(figures.*member); };
    row(name, text(profile.now), before ? text(*before) : "");
  };
  figure("registers", &KernelFigures::registers, false);
  figure("spills", &KernelFigures::spills, false);
  figure("shared memory", &KernelFigures::shared, true);
  figure("instructions", &KernelFigures::instructions, false);
  figure("PTX", &KernelFigures::ptx_bytes, true);
  figure("binary", &KernelFigures::binary_bytes, true);
  return out;
}

}  // namespace trident::server
