// workspace/didChangeConfiguration, didChangeWatchedFiles, didChangeWorkspaceFolders
#include "core/source/source.h"
#include "protocol/uri.h"
#include "server/methods/methods.h"

#include "llvm/ADT/STLExtras.h"

namespace trident::server {

void DidChangeConfiguration(Server& server, const protocol::Message& message) {
  protocol::Element settings;
  // Clients that answer workspace/configuration send nothing of use here, the others everything.
  if (server.client().configuration) {
    server.FetchSettings();
  } else if (message.params && (*message.params)["settings"].get(settings) == simdjson::SUCCESS) {
    server.ApplySettings(protocol::ToJson(settings));
  }
}

void DidChangeWatchedFiles(Server& server, const protocol::Message& message) {
  std::vector<protocol::FileEvent> events;
  if (!ReadParams(server, message, events)) {
    return;
  }
  std::vector<std::string> paths;
  bool appeared = false;
  for (const protocol::FileEvent& event : events) {
    std::string path = source::NormalPath(protocol::PathFromUri(event.uri));
    server.converter().FileChanged(path);
    paths.push_back(std::move(path));
    appeared |= event.type == 1;
  }
  server.scheduler().FilesChanged(paths, appeared);
  server.WorldChanged();
}

void DidChangeWorkspaceFolders(Server& server, const protocol::Message& message) {
  protocol::DidChangeWorkspaceFoldersParams params;
  if (!ReadParams(server, message, params)) {
    return;
  }
  std::vector<std::string> folders = server.folders();
  for (const protocol::WorkspaceFolder& folder : params.removed) {
    std::string path = source::NormalPath(protocol::PathFromUri(folder.uri));
    llvm::erase(folders, path);
  }
  for (const protocol::WorkspaceFolder& folder : params.added) {
    std::string path = source::NormalPath(protocol::PathFromUri(folder.uri));
    if (!llvm::is_contained(folders, path)) {
      folders.push_back(std::move(path));
    }
  }
  server.SetFolders(std::move(folders));
}

}  // namespace trident::server
