// Feeds any bytes to the framing, the JSON-RPC parser and every reader of params: no crash, no message lost, and the same
// events however the bytes are cut.

#include "core/base/check.h"
#include "protocol/framing.h"
#include "protocol/json_rpc.h"
#include "protocol/lsp_read.h"

#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace trident::protocol;

std::vector<std::string> Events(llvm::StringRef bytes, size_t step) {
  FrameReader reader;
  std::vector<std::string> events;
  while (!bytes.empty()) {
    reader.Feed(bytes.take_front(step));
    bytes = bytes.drop_front(std::min(step, bytes.size()));
    while (std::optional<FrameReader::Event> event = reader.Next()) {
      if (event->kind == FrameReader::EventKind::Message) {
        events.push_back(std::move(event->text));
      }
    }
  }
  return events;
}

template <typename Params>
void ReadOne(Element element) {
  Params params;
  (void)Read(element, params);
}

template <typename... Params>
void ReadAll(Element element) {
  (ReadOne<Params>(element), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> whole = Events(bytes, size + 1);
  CHECK(whole == Events(bytes, 1));
  MessageParser parser;
  whole.push_back(bytes.str());
  for (const std::string& body : whole) {
    Message message = parser.Parse(body);
    CHECK(message.kind != Message::Kind::Invalid || message.error.has_value());
    if (message.params) {
      ReadAll<Position, Range, TextDocumentItem, TextDocumentParams, TextDocumentPositionParams, TextDocumentRangeParams, DidChangeTextDocumentParams,
              InitializeParams, std::vector<FileEvent>, DidChangeWorkspaceFoldersParams, DocumentDiagnosticParams, WorkspaceDiagnosticParams,
              CodeActionParams, InlayHint>(*message.params);
      (void)ResponseText(message.id, ToJson(*message.params));
    }
  }
  return 0;
}
