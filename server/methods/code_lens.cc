// textDocument/codeLens
#include "protocol/lsp_write.h"
#include "server/methods/methods.h"

#include <cstdio>

namespace trident::server {
namespace {

// What the analysis of this version cost: "analysed in 6.2 ms: parse 0.8, eval 4.1 · 11 calls reused".
std::string StagesText(const Document& document) {
  auto milliseconds = [](double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, seconds < 0.01 ? "%.1f" : "%.0f", seconds * 1e3);
    return std::string(text);
  };
  const profile::Report& report = document.report->profile;
  // Of the analysis that the stages are of: what was asked for last may have found all of it done.
  std::string title = "analysed in " + milliseconds(report.wall_seconds) + " ms";
  const char* separator = ": ";
  for (size_t i = 0; i < report.stages.size(); ++i) {
    // Stages of less than a tenth of a millisecond are nothing to read about.
    if (report.stages[i].wall_seconds >= 1e-4) {
      title += separator + std::string(profile::StageName(static_cast<profile::Stage>(i))) + " " + milliseconds(report.stages[i].wall_seconds);
      separator = ", ";
    }
  }
  if (uint64_t reused = report[profile::Stage::Eval].hits; reused > 0) {
    title += " · " + std::to_string(reused) + (reused == 1 ? " call reused" : " calls reused");
  }
  return title;
}

}  // namespace

void CodeLenses(Server& server, const protocol::Message& message, Answer answer) {
  protocol::TextDocumentParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  if (!server.settings().code_lens) {
    return answer.Result(protocol::Json::array());
  }
  WithReport(server, params.uri, false, protocol::Json::array(), std::move(answer), [](Server& owner, const View& view, Answer reply) {
    const Document& document = *view.document;
    std::vector<protocol::CodeLens> lenses;
    for (const ide::CodeLens& lens : document.report->lenses) {
      if (!view.Shows(lens.range.start.line)) {
        continue;
      }
      // An empty command is a title that cannot be clicked.
      protocol::Command command = {lens.title, lens.command, protocol::Json::array()};
      if (!lens.command.empty()) {
        command.arguments.push_back(view.uri());
      }
      lenses.push_back({owner.converter().ToClient(document.path, lens.range), std::move(command)});
    }
    for (const KernelNote& note : document.kernels) {
      if (!view.Shows(note.range.start.line)) {
        continue;
      }
      std::string since = document.kernels_revision == document.revision ? "" : " (edited since)";
      protocol::Command command = {note.title + since, kCompileKernels, {view.uri(), note.kernel}};
      lenses.push_back({owner.converter().ToClient(document.path, note.range), std::move(command)});
    }
    if (!lenses.empty() && !document.compiled.empty()) {
      std::string since = document.compiled_revision == document.revision ? "" : " (edited since)";
      protocol::Command command = {document.compiled + since, "trident.compile", {view.uri()}};
      lenses.push_back({lenses.front().range, std::move(command)});
    }
    if (!lenses.empty()) {
      protocol::Command command = {StagesText(document), "trident.showProfile", {view.uri()}};
      lenses.push_back({lenses.front().range, std::move(command)});
    }
    reply.Result(ToJson(lenses));
  });
}

}  // namespace trident::server
