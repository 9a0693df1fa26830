// trident/profile, trident/cost, trident/graph: requests of Trident's own, documented in docs/guide/protocol.md
#include "protocol/lsp_write.h"
#include "server/cli/profile_view.h"
#include "server/methods/methods.h"

namespace trident::server {
namespace {

using protocol::Json;

Json NumberOrNull(int64_t value) { return value < 0 ? Json(nullptr) : Json(value); }

Json Stages(const profile::Report& report) {
  Json stages = Json::array();
  for (size_t i = 0; i < report.stages.size(); ++i) {
    const profile::StageMetrics& metrics = report.stages[i];
    stages.push_back({{"stage", profile::StageName(static_cast<profile::Stage>(i))},
                      {"wallSeconds", metrics.wall_seconds},
                      {"cpuSeconds", metrics.cpu_seconds},
                      {"allocatedBytes", metrics.allocated_bytes},
                      {"items", metrics.items},
                      {"hits", metrics.hits},
                      {"misses", metrics.misses},
                      {"calls", metrics.calls}});
  }
  return stages;
}

// The functions of the analysed code that took most time themselves.
Json Functions(Server& server, const profile::Calls& calls) {
  constexpr size_t kMost = 20;  // More than fit a view.
  Json functions = Json::array();
  for (const profile::FunctionTotal& total : calls.ByFunction()) {
    if (functions.size() == kMost) {
      break;
    }
    const profile::Function& function = calls.functions[total.function];
    functions.push_back({{"name", function.name},
                         {"uri", llvm::StringRef(function.file).starts_with("/") ? Json(server.converter().Uri(function.file)) : Json(nullptr)},
                         {"line", function.line},
                         {"calls", total.calls},
                         {"reused", total.replays},
                         {"seconds", static_cast<double>(total.nanoseconds) * 1e-9},
                         {"selfSeconds", static_cast<double>(total.self_nanoseconds) * 1e-9}});
  }
  return functions;
}

Json Models(Server& server, const Document& document) {
  Json models = Json::array();
  for (const ide::ModelSummary& model : document.report->models) {
    models.push_back({{"name", model.name},
                      {"expression", model.expression},
                      {"location", ToJson(server.converter().ToClient(model.location))},
                      {"parameters", NumberOrNull(model.parameters)},
                      {"flops", NumberOrNull(model.flops)},
                      {"flopsAtMost", model.flops_at_most},
                      {"flopsText", model.flops_text}});
  }
  return models;
}

Json ModelTree(Server& server, const std::vector<ide::ModelNode>& nodes) {
  Json list = Json::array();
  for (const ide::ModelNode& node : nodes) {
    Json item = {{"name", node.name},
                 {"class", node.class_name},
                 {"output", node.output},
                 {"parameters", NumberOrNull(node.parameters)},
                 {"flops", NumberOrNull(node.flops)},
                 {"flopsText", node.flops_text},
                 {"calls", node.calls},
                 {"children", ModelTree(server, node.children)}};
    item["location"] = node.location.path.empty() ? Json(nullptr) : ToJson(server.converter().ToClient(node.location));
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

void TridentModel(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, false, nullptr, std::move(answer), [](Server& owner, const View& view, Answer reply) {
    AskAbout<std::vector<ide::ModelNode>>(
        owner, view, std::move(reply), [](ide::Workspace& workspace, const std::string& path) { return workspace.Models(path); },
        [](Server& asked, const View& now, std::vector<ide::ModelNode> models, Answer done) {
          done.Result({{"uri", now.uri()}, {"version", now.version()}, {"models", ModelTree(asked, models)}});
        });
  });
}

void TridentProfile(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, false, nullptr, std::move(answer), [](Server& owner, const View& view, Answer reply) {
    const Document& document = *view.document;
    reply.Result({{"uri", document.uri},
                  {"version", document.version},
                  {"wallSeconds", document.report->profile.wall_seconds},
                  {"residentBytes", profile::ResidentBytes()},
                  {"peakBytes", profile::PeakResidentBytes()},
                  {"stages", Stages(document.report->profile)},
                  {"bottleneck", cli::BottleneckSentence(document.report->profile)},
                  {"functions", Functions(owner, document.report->profile.calls)},
                  {"models", Models(owner, document)}});
  });
}

void TridentCost(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, false, nullptr, std::move(answer), [](Server& owner, const View& view, Answer reply) {
    const Document& document = *view.document;
    reply.Result({{"uri", document.uri}, {"version", document.version}, {"models", Models(owner, document)}});
  });
}

void TridentGraph(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  WithReport(server, params.uri, false, nullptr, std::move(answer), [](Server& owner, const View& view, Answer reply) {
    struct Dumped {
      std::string text;
      std::string error;
    };
    AskAbout<Dumped>(
        owner, view, std::move(reply),
        [](ide::Workspace& workspace, const std::string& path) {
          llvm::Expected<std::string> text = workspace.Dump(path, "graph");
          return text ? Dumped{std::move(*text), ""} : Dumped{"", llvm::toString(text.takeError())};
        },
        [](Server&, const View& now, Dumped dumped, Answer done) {
          if (!dumped.error.empty()) {
            return done.Fail(protocol::ErrorCode::RequestFailed, dumped.error);
          }
          done.Result({{"uri", now.document->uri}, {"version", now.document->version}, {"graph", dumped.text}});
        });
  });
}

}  // namespace trident::server
