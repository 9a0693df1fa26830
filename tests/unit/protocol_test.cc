#include "protocol/framing.h"
#include "protocol/json_rpc.h"
#include "protocol/lsp_read.h"
#include "protocol/lsp_write.h"
#include "protocol/uri.h"

#include <doctest/doctest.h>

namespace trident::protocol {
namespace {

// All events of the bytes, fed in pieces of `step`: "message BODY" or "garbage".
std::vector<std::string> Events(const std::string& bytes, size_t step) {
  FrameReader reader;
  std::vector<std::string> events;
  for (size_t at = 0; at < bytes.size(); at += step) {
    reader.Feed(llvm::StringRef(bytes).substr(at, step));
    while (std::optional<FrameReader::Event> event = reader.Next()) {
      events.push_back(event->kind == FrameReader::EventKind::Message ? "message " + event->text : "garbage");
    }
  }
  return events;
}

using Strings = std::vector<std::string>;

TEST_CASE("messages come out whole, however the bytes arrive") {
  std::string bytes = Frame("{}") + "content-length :  5\r\nContent-Type: x\r\n\r\nhello" + Frame("") + "Content-Length: 2\n\nok";
  for (size_t step : {1, 2, 3, 7, 1000}) {
    CAPTURE(step);
    CHECK(Events(bytes, step) == Strings{"message {}", "message hello", "message ", "message ok"});
  }
}

TEST_CASE("garbage is reported once and skipped up to the next header") {
  for (size_t step : {1, 5, 1000}) {
    CAPTURE(step);
    CHECK(Events("what\r\nis this\r\n\r\n" + Frame("a"), step) == Strings{"garbage", "message a"});
    CHECK(Events("noise" + Frame("a"), step) == Strings{"message a"});
    CHECK(Events("Content-Length: x\r\n\r\n" + Frame("a"), step) == Strings{"garbage", "message a"});
    CHECK(Events("Content-Length: 99999999999\r\n\r\n" + Frame("a"), step) == Strings{"garbage", "message a"});
    CHECK(Events("Content-Type: x\r\n\r\n" + Frame("a"), step) == Strings{"garbage", "message a"});
    CHECK(Events("\r\n\r\n\r\n" + Frame("a"), step) == Strings{"message a"});
  }
  std::string endless(100000, 'x');
  CHECK(Events(endless + "\r\n\r\n" + Frame("a"), 1000) == Strings{"garbage", "message a"});
}

TEST_CASE("a claimed length is not believed before the bytes come") {
  FrameReader reader;
  reader.Feed("Content-Length: 1000000000\r\n\r\nabc");
  CHECK(!reader.Next());
  CHECK(!reader.AtBoundary());
}

Message Parsed(const std::string& body) {
  static MessageParser parser;
  return parser.Parse(body);
}

TEST_CASE("messages are told apart") {
  Message request = Parsed(R"({"jsonrpc":"2.0","id":1,"method":"a","params":{"x":1}})");
  CHECK(request.kind == Message::Kind::Request);
  CHECK(request.method == "a");
  CHECK(std::get<int64_t>(request.id) == 1);
  CHECK(request.params.has_value());
  CHECK(Parsed(R"({"jsonrpc":"2.0","method":"a","params":null})").kind == Message::Kind::Notification);
  CHECK(!Parsed(R"({"jsonrpc":"2.0","method":"a","params":null})").params);
  Message failed = Parsed(R"({"jsonrpc":"2.0","id":"x","error":{"code":-1,"message":"no"}})");
  CHECK(failed.kind == Message::Kind::Response);
  CHECK(failed.error->message == "no");
  CHECK(Parsed(R"({"jsonrpc":"2.0","id":2,"result":null})").kind == Message::Kind::Response);
}

TEST_CASE("invalid messages say which error they are") {
  auto code = [](const char* body) { return static_cast<int>(Parsed(body).error.value_or(Error{ErrorCode{}, ""}).code); };
  CHECK(code("{") == -32700);
  CHECK(code("") == -32700);
  CHECK(code("[]") == -32600);
  CHECK(code("5") == -32600);
  CHECK(code(R"({"method":"a"})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0"})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":1})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":[],"method":"a"})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","id":1.5,"method":"a"})") == -32600);
  CHECK(code(R"({"jsonrpc":"2.0","method":"a","params":1})") == -32600);
  Message bad_params = Parsed(R"({"jsonrpc":"2.0","id":7,"method":"a","params":"x"})");
  CHECK(std::get<int64_t>(bad_params.id) == 7);
}

TEST_CASE("half a surrogate pair becomes the replacement character") {
  Message message = Parsed(R"({"jsonrpc":"2.0","method":"a","params":{"whole":"\ud83d\ude00","high":"\ud83dx","low":"\ude00","slash":"\\ud83d"}})");
  REQUIRE(message.kind == Message::Kind::Notification);
  Json params = ToJson(*message.params);
  CHECK(params["whole"] == "😀");
  CHECK(params["high"] == "\uFFFDx");
  CHECK(params["low"] == "\uFFFD");
  CHECK(params["slash"] == "\\ud83d");
}

TEST_CASE("answers are written as the specification says") {
  CHECK(Json::parse(ResponseText(int64_t{3}, nullptr)) == Json::parse(R"({"jsonrpc":"2.0","id":3,"result":null})"));
  CHECK(Json::parse(ErrorText({}, {ErrorCode::ParseError, "no"})) ==
        Json::parse(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}})"));
  CHECK(!Json::parse(RequestText(int64_t{1}, "workspace/inlayHint/refresh", nullptr)).contains("params"));
  CHECK(ResponseText(std::string("a"), "\xff").find("\xEF\xBF\xBD") != std::string::npos);
}

TEST_CASE("paths and URIs") {
  CHECK(PathFromUri("file:///a%20b/%C3%A9.py") == "/a b/é.py");
  CHECK(PathFromUri("file://localhost/a.py") == "/a.py");
  CHECK(PathFromUri("FILE:///a.py?x#y") == "/a.py");
  CHECK(PathFromUri("untitled:Untitled-1") == "/untitled:/Untitled-1");
  CHECK(PathFromUri("file:///100%") == "/100%");
  CHECK(UriFromPath("/a b/é.py") == "file:///a%20b/%C3%A9.py");
  CHECK(PathFromUri(UriFromPath("/100%25 #?.py")) == "/100%25 #?.py");
}

template <typename T>
std::optional<T> ReadJson(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::padded_string padded(text);
  Element element;
  T value;
  if (parser.parse(padded).get(element) != simdjson::SUCCESS || !Read(element, value)) {
    return std::nullopt;
  }
  return value;
}

TEST_CASE("required fields are required, unknown ones ignored") {
  CHECK(ReadJson<Position>(R"({"line":1,"character":2,"more":[]})") == Position{1, 2});
  CHECK(!ReadJson<Position>(R"({"line":1})"));
  CHECK(!ReadJson<Position>(R"({"line":-1,"character":2})"));
  CHECK(!ReadJson<Position>(R"({"line":1.5,"character":2})"));
  CHECK(!ReadJson<Position>("[]"));
  CHECK(ReadJson<Position>(R"({"line":0,"character":4294967295})")->character == 2147483647);
}

TEST_CASE("changes may have a range or be the whole text") {
  auto change = ReadJson<DidChangeTextDocumentParams>(
      R"({"textDocument":{"uri":"file:///a","version":3},"contentChanges":[{"text":"x"},{"range":null,"text":"y"},
          {"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"rangeLength":1,"text":"z"}]})");
  REQUIRE(change);
  CHECK(change->version == 3);
  CHECK(!change->contentChanges[0].range);
  CHECK(!change->contentChanges[1].range);
  CHECK(change->contentChanges[2].range);
  CHECK(!ReadJson<DidChangeTextDocumentParams>(R"({"textDocument":{"uri":"file:///a","version":3},"contentChanges":[{}]})"));
}

TEST_CASE("capabilities are read where they are") {
  auto params = ReadJson<InitializeParams>(R"({"processId":null,"capabilities":{"general":{"positionEncodings":["utf-8",5]},
      "textDocument":{"diagnostic":{},"hover":{"contentFormat":["plaintext","markdown"]}},"window":{"workDoneProgress":true}},
      "workspaceFolders":[{"uri":"file:///w","name":"w"},{"name":"x"}]})");
  REQUIRE(params);
  CHECK(!params->processId);
  CHECK(params->capabilities.positionEncodings == Strings{"utf-8"});
  CHECK(params->capabilities.pullDiagnostics);
  CHECK(params->capabilities.markdownHover);
  CHECK(params->capabilities.workDoneProgress);
  CHECK(!params->capabilities.configuration);
  CHECK(params->workspaceFolders.size() == 1);
  CHECK(ReadJson<InitializeParams>("{}"));
}

TEST_CASE("edits are written in the form the client knows") {
  std::vector<TextDocumentEdit> edits = {{"file:///a", 3, {{{{0, 0}, {0, 1}}, "x"}}}, {"file:///b", std::nullopt, {}}};
  Json versioned = WorkspaceEdit(edits, true);
  CHECK(versioned["documentChanges"][0]["textDocument"]["version"] == 3);
  CHECK(versioned["documentChanges"][1]["textDocument"]["version"].is_null());
  Json plain = WorkspaceEdit(edits, false);
  CHECK(plain["changes"]["file:///a"][0]["newText"] == "x");
  CHECK(plain["changes"]["file:///b"].is_array());
}

}  // namespace
}  // namespace trident::protocol
