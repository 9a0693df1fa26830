// trident/kernels, trident/kernelProfile, trident/kernelStage and the command trident.compileKernels: what the installed Triton makes of a
// file's kernels. They run the file's kernels' code, and so only the user starts them: by a lens, a command, or a setting.
#include "core/source/source.h"
#include "protocol/lsp_write.h"
#include "server/kernel_compiler.h"
#include "server/methods/methods.h"

namespace trident::server {
namespace {

using protocol::Json;

// What one request asks of the compiler, on a thread of libuv's pool.
struct Job {
  uv_work_t work;
  Server* server;
  std::vector<KernelRequest> requests;
  std::vector<llvm::Expected<KernelProfile>> results;
  std::function<void(Server& server, Job& job)> then;
};

void Start(Server& server, std::vector<KernelRequest> requests, std::function<void(Server& server, Job& job)> then) {
  auto* job = new Job{{}, &server, std::move(requests), {}, std::move(then)};
  job->work.data = job;
  uv_queue_work(
      server.loop(), &job->work,
      [](uv_work_t* work) {
        Job& mine = *static_cast<Job*>(work->data);
        for (const KernelRequest& request : mine.requests) mine.results.push_back(CompileKernel(request));
      },
      [](uv_work_t* work, int) {
        std::unique_ptr<Job> mine(static_cast<Job*>(work->data));
        mine->then(*mine->server, *mine);
        for (llvm::Expected<KernelProfile>& result : mine->results) {
          if (!result) llvm::consumeError(result.takeError());
        }
      });
}

Json ToJson(const KernelFigures& figures) {
  Json stages = Json::array();
  for (const auto& [name, time] : figures.stages) stages.push_back({{"stage", name}, {"microseconds", time}});
  return {{"stages", std::move(stages)}, {"registers", figures.registers}, {"spills", figures.spills}, {"shared", figures.shared}, {"instructions", figures.instructions},
          {"ptxBytes", figures.ptx_bytes}, {"binaryBytes", figures.binary_bytes}};
}

// Which kernels of a document are meant; what is empty is open.
struct Choice {
  std::string kernel, when, target, stage;  // A stage: its text is asked for, of one launch.
};

std::vector<KernelRequest> RequestsFor(Server& server, const Document& document, const std::vector<ide::KernelSpec>& specs, const Choice& choice) {
  std::vector<KernelRequest> out;
  for (const ide::KernelSpec& spec : specs) {
    if (spec.signature.empty() || (!choice.kernel.empty() && spec.name != choice.kernel) || (!choice.when.empty() && spec.when != choice.when)) continue;
    KernelRequest request = RequestFor(document.path, spec, choice.target, server.settings().python_environment);
    request.text = document.text.text();
    request.stages = !choice.stage.empty();
    out.push_back(std::move(request));
    if (!choice.stage.empty()) break;
  }
  return out;
}

// Keeps the summaries for lenses and hovers; answers with all figures.
Json Keep(Server& server, Job& job, const std::string& path) {
  Json kernels = Json::array();
  auto document = server.documents().find(path);
  std::vector<KernelNote> notes;
  for (size_t i = 0; i < job.results.size(); ++i) {
    const ide::KernelSpec& spec = job.requests[i].kernel;
    Json item = {{"kernel", spec.name}, {"when", spec.when}, {"target", job.requests[i].target}, {"line", spec.range.start.line}};
    std::string title, details;
    if (job.results[i]) {
      const KernelProfile& profile = *job.results[i];
      title = Summary(profile) + (spec.when.empty() ? "" : " (" + spec.when + ")");
      details = Details(profile) + (spec.when.empty() ? "" : "\nWith " + spec.when + ".\n");
      item["triton"] = profile.triton;
      item["cached"] = profile.cached;
      item["now"] = ToJson(profile.now);
      item["before"] = profile.before ? ToJson(*profile.before) : Json(nullptr);
    } else {
      std::string reason = llvm::toString(job.results[i].takeError());
      job.results[i] = KernelProfile();
      title = "not compiled: " + llvm::StringRef(reason).split('\n').first.take_front(100).str();
      item["error"] = reason;
    }
    item["summary"] = title;
    notes.push_back({spec.name, spec.range, title, details});
    kernels.push_back(std::move(item));
  }
  if (document != server.documents().end()) {
    document->second.kernels = std::move(notes);
    document->second.kernels_revision = document->second.revision;
    server.RefreshLenses();
  }
  return {{"kernels", std::move(kernels)}};
}

using Specs = std::vector<ide::KernelSpec>;

Specs SpecsOf(ide::Workspace& workspace, const std::string& path) {
  llvm::Expected<Specs> specs = workspace.Kernels(path);
  if (specs) return std::move(*specs);
  llvm::consumeError(specs.takeError());
  return {};
}

void AnswerStage(Job& job, const std::string& stage, Answer& answer) {
  llvm::Expected<KernelProfile>& result = job.results.front();
  if (!result) return answer.Fail(protocol::ErrorCode::RequestFailed, llvm::toString(result.takeError()));
  const ide::KernelSpec& spec = job.requests.front().kernel;
  for (const KernelStage& each : result->stages) {
    if (each.name == stage) return answer.Result({{"kernel", result->kernel}, {"when", spec.when}, {"target", result->target}, {"stage", stage}, {"text", each.text}, {"lines", each.lines}});
  }
  answer.Fail(protocol::ErrorCode::InvalidParams, "there is no stage `" + stage + "` for " + result->target);
}

void Ask(Server& server, const std::string& uri, Choice choice, Answer answer) {
  WithReport(server, uri, false, nullptr, std::move(answer), [choice = std::move(choice)](Server& owner, const View& view, Answer reply) {
    AskAbout<Specs>(owner, view, std::move(reply), SpecsOf, [choice](Server& asked, const View& now, const Specs& specs, Answer done) {
      auto shared = std::make_shared<Answer>(std::move(done));
      std::vector<KernelRequest> requests = RequestsFor(asked, *now.document, specs, choice);
      if (requests.empty()) return shared->Fail(protocol::ErrorCode::RequestFailed, "no kernel whose launch says all its types");
      Start(asked, std::move(requests), [shared, path = now.document->path, stage = choice.stage](Server& finished, Job& job) {
        if (!stage.empty()) return AnswerStage(job, stage, *shared);
        shared->Result(Keep(finished, job, path));
      });
    });
  });
}

std::string WordOf(const protocol::Element& params, const char* name) {
  std::string_view word;
  return params[name].get(word) == simdjson::SUCCESS ? std::string(word) : std::string();
}

}  // namespace

void TridentKernels(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) return;
  WithReport(server, params.uri, false, nullptr, std::move(answer), [](Server& owner, const View& view, Answer reply) {
    AskAbout<Specs>(owner, view, std::move(reply), SpecsOf, [](Server&, const View&, const Specs& specs, Answer done) {
      Json kernels = Json::array();
      for (const ide::KernelSpec& spec : specs) {
        if (spec.signature.empty()) continue;
        std::string target = spec.target.empty() ? kDefaultTarget : spec.target;
        Json stages = llvm::StringRef(target).starts_with("hip") ? Json{"ttir", "ttgir", "llir", "amdgcn"} : Json{"ttir", "ttgir", "llir", "ptx", "sass"};
        kernels.push_back({{"kernel", spec.name}, {"when", spec.when}, {"target", target}, {"line", spec.range.start.line}, {"stages", std::move(stages)}});
      }
      done.Result({{"kernels", std::move(kernels)}});
    });
  });
}

void TridentKernelProfile(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) return;
  Ask(server, params.uri, {WordOf(*message.params, "kernel"), WordOf(*message.params, "when"), WordOf(*message.params, "target"), ""}, std::move(answer));
}

void TridentKernelStage(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) return;
  std::string stage = WordOf(*message.params, "stage");
  Ask(server, params.uri, {WordOf(*message.params, "kernel"), WordOf(*message.params, "when"), WordOf(*message.params, "target"), stage.empty() ? "ttgir" : stage}, std::move(answer));
}

void ExecuteCommand(Server& server, const protocol::Message& message, Answer answer) {
  simdjson::dom::array arguments;
  std::string_view uri, kernel;
  bool known = message.params && message.params->is_object() && WordOf(*message.params, "command") == kCompileKernels && (*message.params)["arguments"].get(arguments) == simdjson::SUCCESS &&
               arguments.at(0).get(uri) == simdjson::SUCCESS;
  if (!known) return answer.Fail(protocol::ErrorCode::InvalidParams, std::string("the command is ") + kCompileKernels + " with the URI of a document, and a kernel's name if only one is meant");
  if (arguments.at(1).get(kernel) != simdjson::SUCCESS) kernel = "";
  Ask(server, std::string(uri), {std::string(kernel), "", "", ""}, std::move(answer));
}

void CompileKernelsOf(Server& server, Document& document) {
  server.scheduler().WhenReported(document, [&server, path = document.path](bool ok) {
    if (!ok) return;
    auto specs = std::make_shared<Specs>();
    server.scheduler().Ask({
        [specs, path](ide::Workspace& workspace) { *specs = SpecsOf(workspace, path); },
        [&server, specs, path](Scheduler::End end) {
          auto now = server.documents().find(path);
          if (end != Scheduler::End::Done || now == server.documents().end()) return;
          std::vector<KernelRequest> requests = RequestsFor(server, now->second, *specs, {});
          if (!requests.empty()) Start(server, std::move(requests), [path](Server& finished, Job& job) { Keep(finished, job, path); });
        }});
  });
}

}  // namespace trident::server
