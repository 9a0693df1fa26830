// Brings diagnostics to the client: pushed with the version they are of, or pulled with result ids.
//
// The diagnostics of a file are those of its own report and those that the reports of other open documents found in it.
// Nothing stale is sent: while a report that spoke of an open file is being made anew, that file waits for it, so that
// nothing vanishes and comes back. A client that can pull is pushed to only when it does not pull (kPullPatience).
// Threads: the loop's.
#pragma once

#include "protocol/lsp_types.h"
#include "server/convert.h"
#include "server/documents.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace trident::server {

class Server;

struct DiagnosticSet {
  protocol::Json items = protocol::Json::array();
  std::string result_id;  // Of the content alone: equal diagnostics have equal ids.
};

class Publisher {
 public:
  explicit Publisher(Server& server) : server_(server) {}

  void Reported(Document& document);
  void Closed(const Document& document);
  // A cell of a notebook is gone.
  void CellClosed(const std::string& uri);
  // Settings changed: everything is said again.
  void Refresh();

  // Of a notebook: those of one cell, or of all together.
  DiagnosticSet Current(const std::string& path, const Cell* cell = nullptr);
  DiagnosticSet Of(const ide::FileReport& report);
  // Other files that the document's report speaks of and that are not open.
  std::vector<std::string> RelatedFiles(const Document& document) const;

  // The client pulled: no more pushing, and what was pushed is taken back.
  void Pulled();

 private:
  bool MustWait(const std::string& path) const;
  void Push(const std::string& path, bool is_own);
  void PushCells(const Document& notebook);
  DiagnosticSet Make(const std::vector<const ide::Diagnostic*>& diagnostics);
  bool may_push() const;

  struct Pushed {
    std::string result_id;
    uint64_t revision = 0;
  };

  Server& server_;
  std::map<std::string, Pushed> pushed_;                    // By path; only what may be non-empty at the client.
  std::map<std::string, Pushed> pushed_cells_;              // By URI.
  std::map<std::string, std::set<std::string>> spoken_of_;  // Document -> other files its last report spoke of.
  bool pull_seen_ = false;
  uint64_t first_report_ = 0;  // Loop time; 0: none yet.
};

}  // namespace trident::server
