// Turns the analysis' plain data into the protocol's, in the encoding the client speaks, and positions back.
//
// Lines of a notebook's module become lines of its cells. The analysis counts UTF-8 bytes; to count anything else the line's text is needed: from the open document, else from
// the disk. Threads: the loop's.
#pragma once

#include "core/source/source.h"
#include "protocol/lsp_types.h"
#include "server/documents.h"
#include "server/settings.h"

namespace trident::server {

class Converter {
 public:
  Converter(const Documents& documents, Encoding encoding) : documents_(documents), encoding_(encoding) {}

  Encoding encoding() const { return encoding_; }
  // The file changed on disk: forget its text.
  void FileChanged(const std::string& path) { disk_.Changed(path); }

  protocol::Position ToClient(const std::string& path, ide::Position position);
  protocol::Range ToClient(const std::string& path, const ide::Range& range);
  protocol::Location ToClient(const ide::Location& location);
  // nullopt: the settings turn it off.
  std::optional<protocol::Diagnostic> ToClient(const ide::Diagnostic& diagnostic, const Settings& settings,
                                               const protocol::ClientCapabilities& client);
  protocol::DocumentSymbol ToClient(const std::string& path, const ide::DocumentSymbol& symbol);
  std::vector<protocol::TextDocumentEdit> ToClient(const std::vector<ide::TextEdit>& edits);

  ide::Position FromClient(const View& view, protocol::Position position) const;
  ide::Range FromClient(const View& view, const protocol::Range& range) const;

  // The client's own spelling for an open document; of a notebook, the cell that has the line.
  std::string Uri(const std::string& path, uint32_t line = 0) const;
  // Markdown lines that say where sizes come from, with links.
  std::string OriginsText(const std::vector<ide::SizeOrigin>& origins);

 private:
  const Documents& documents_;
  Encoding encoding_;
  source::FileStore disk_;
};

}  // namespace trident::server
