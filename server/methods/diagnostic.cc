// textDocument/diagnostic
#include "server/methods/methods.h"

namespace trident::server {
namespace {

using protocol::Json;

Json FullOrUnchanged(const DiagnosticSet& set, const std::optional<std::string>& previous) {
  if (previous && *previous == set.result_id) {
    return {{"kind", "unchanged"}, {"resultId", set.result_id}};
  }
  return {{"kind", "full"}, {"resultId", set.result_id}, {"items", set.items}};
}

}  // namespace

void DocumentDiagnostic(Server& server, const protocol::Message& message, Answer answer) {
  protocol::DocumentDiagnosticParams params;
  if (!ReadParams(message, params, answer)) {
    return;
  }
  server.publisher().Pulled();
  Json empty = {{"kind", "full"}, {"items", Json::array()}};
  WithReport(server, params.uri, false, std::move(empty), std::move(answer),
             [previous = params.previousResultId](Server& owner, const View& view, Answer reply) {
               Document& document = *view.document;
               Json result = FullOrUnchanged(owner.publisher().Current(document.path, view.cell), previous);
               std::vector<std::string> related = owner.publisher().RelatedFiles(document);
               if (owner.client().relatedDocuments && !related.empty()) {
                 for (const std::string& path : related) {
                   result["relatedDocuments"][owner.converter().Uri(path)] = FullOrUnchanged(owner.publisher().Current(path), std::nullopt);
                 }
               }
               reply.Result(std::move(result));
             });
}

}  // namespace trident::server
