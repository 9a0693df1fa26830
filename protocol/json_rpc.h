// Turns the text of a message into a request, a notification or a response of JSON-RPC 2.0, and answers into text.
//
// Threads: one parser, one thread. A Message's params and result point into the parser and hold until the next Parse.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <simdjson.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace trident::protocol {

using Json = nlohmann::json;
using Element = simdjson::dom::element;

// JSON-RPC 2.0, section 5.1, and LSP 3.17, "Base Protocol".
enum class ErrorCode : int {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  InternalError = -32603,
  ServerNotInitialized = -32002,
  RequestFailed = -32803,
  ServerCancelled = -32802,
  ContentModified = -32801,
  RequestCancelled = -32800,
};

struct Error {
  ErrorCode code;
  std::string message;
};

// monostate: null, for an answer to a request whose id could not be read.
using RequestId = std::variant<std::monostate, int64_t, std::string>;

Json ToJson(const RequestId& id);

struct Message {
  enum class Kind { Request, Notification, Response, Invalid };

  Kind kind = Kind::Invalid;
  RequestId id;
  std::string method;
  std::optional<Element> params;  // Object or array; absent when null.
  std::optional<Element> result;  // Of a successful response.
  std::optional<Error> error;     // Of a failed response, or why the message is invalid.
};

class MessageParser {
 public:
  // `body` stays alive in the parser until the next call.
  Message Parse(std::string body);

 private:
  simdjson::dom::parser parser_;
  std::string body_;
};

std::string ResponseText(const RequestId& id, Json result);
std::string ErrorText(const RequestId& id, const Error& error);
std::string NotificationText(llvm::StringRef method, Json params);
std::string RequestText(const RequestId& id, llvm::StringRef method, Json params);

// A copy that outlives the parser.
Json ToJson(Element element);

}  // namespace trident::protocol
