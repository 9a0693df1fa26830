#include "protocol/json_rpc.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::protocol {
namespace {

using simdjson::dom::element_type;

// After a message this large the parser's buffers are given back.
constexpr size_t kKeepCapacity = size_t{8} << 20;

// The value of `\uXXXX` at `at`, or -1.
int EscapedUnit(const std::string& text, size_t at) {
  unsigned value = 0;
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u' || llvm::StringRef(text).substr(at + 2, 4).getAsInteger(16, value)) {
    return -1;
  }
  return static_cast<int>(value);
}

bool IsHigh(int unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLow(int unit) { return unit >= 0xDC00 && unit < 0xE000; }

// An editor's string may be cut inside a surrogate pair. JSON can say that, UTF-8 cannot: such a half becomes U+FFFD,
// which is one UTF-16 unit too, so positions stay right. Returns whether anything was changed.
bool RepairSurrogates(std::string& text) {
  bool changed = false;
  for (size_t at = text.find('\\'); at != std::string::npos; at = text.find('\\', at)) {
    int unit = EscapedUnit(text, at);
    if (unit < 0) {
      at += 2;
      continue;
    }
    if (IsHigh(unit) && IsLow(EscapedUnit(text, at + 6))) {
      at += 12;
      continue;
    }
    if (IsHigh(unit) || IsLow(unit)) {
      text.replace(at + 2, 4, "fffd");
      changed = true;
    }
    at += 6;
  }
  return changed;
}

Message Invalid(RequestId id, ErrorCode code, std::string why) {
  Message message;
  message.id = std::move(id);
  message.error = Error{code, std::move(why)};
  return message;
}

// nullopt: there is an id, but of a kind that no request may have.
std::optional<RequestId> ReadId(Element id) {
  int64_t number;
  if (id.get_int64().get(number) == simdjson::SUCCESS) {
    return RequestId(number);
  }
  std::string_view text;
  if (id.get_string().get(text) == simdjson::SUCCESS) {
    return RequestId(std::string(text));
  }
  return std::nullopt;
}

Message ReadResponse(simdjson::dom::object object, RequestId id) {
  Message message;
  message.kind = Message::Kind::Response;
  message.id = std::move(id);
  Element value;
  if (object["error"].get(value) == simdjson::SUCCESS && !value.is_null()) {
    int64_t code = 0;
    std::string_view text;
    // A field that is missing or of another type keeps its default.
    if (value["code"].get_int64().get(code) != simdjson::SUCCESS) code = 0;
    if (value["message"].get_string().get(text) != simdjson::SUCCESS) text = {};
    message.error = Error{static_cast<ErrorCode>(code), std::string(text)};
  } else if (object["result"].get(value) == simdjson::SUCCESS) {
    message.result = value;
  }
  return message;
}

}  // namespace

Message MessageParser::Parse(std::string body) {
  if (parser_.capacity() > kKeepCapacity) {
    parser_ = simdjson::dom::parser();
  }
  body_ = std::move(body);
  Element root;
  auto parse = [&] {
    body_.reserve(body_.size() + simdjson::SIMDJSON_PADDING);
    return parser_.parse(body_.data(), body_.size(), /*realloc_if_needed=*/false).get(root);
  };
  simdjson::error_code status = parse();
  if (status != simdjson::SUCCESS && RepairSurrogates(body_)) {
    status = parse();
  }
  if (status != simdjson::SUCCESS) {
    return Invalid({}, ErrorCode::ParseError, std::string("not JSON: ") + simdjson::error_message(status));
  }
  simdjson::dom::object object;
  if (root.get_object().get(object) != simdjson::SUCCESS) {
    return Invalid({}, ErrorCode::InvalidRequest, root.is_array() ? "batches are no part of the Language Server Protocol" : "a message is an object");
  }
  Element value;
  bool has_id = object["id"].get(value) == simdjson::SUCCESS;
  std::optional<RequestId> id = has_id ? ReadId(value) : RequestId();
  std::string_view version;
  if (object["jsonrpc"].get_string().get(version) != simdjson::SUCCESS || version != "2.0") {
    return Invalid(id.value_or(RequestId()), ErrorCode::InvalidRequest, "`jsonrpc` is not \"2.0\"");
  }
  std::string_view method;
  if (object["method"].get(value) != simdjson::SUCCESS) {
    bool is_response = object["result"].error() == simdjson::SUCCESS || object["error"].error() == simdjson::SUCCESS;
    if (has_id && is_response) {
      return ReadResponse(object, id.value_or(RequestId()));
    }
    return Invalid(id.value_or(RequestId()), ErrorCode::InvalidRequest, "a message has a `method`, a `result` or an `error`");
  }
  if (!id) {
    return Invalid({}, ErrorCode::InvalidRequest, "`id` is a whole number or a string");
  }
  if (value.get_string().get(method) != simdjson::SUCCESS) {
    return Invalid(*id, ErrorCode::InvalidRequest, "`method` is a string");
  }
  Message message;
  message.kind = has_id ? Message::Kind::Request : Message::Kind::Notification;
  message.id = std::move(*id);
  message.method = method;
  if (object["params"].get(value) == simdjson::SUCCESS && !value.is_null()) {
    if (!value.is_object() && !value.is_array()) {
      Message invalid = Invalid(message.id, ErrorCode::InvalidRequest, "`params` is an object or an array");
      return invalid;
    }
    message.params = value;
  }
  return message;
}

Json ToJson(const RequestId& id) {
  if (const auto* number = std::get_if<int64_t>(&id)) {
    return *number;
  }
  if (const auto* text = std::get_if<std::string>(&id)) {
    return *text;
  }
  return nullptr;
}

namespace {

// File names may hold bytes that are not UTF-8; an answer with U+FFFD in it is better than none.
std::string Text(const Json& message) { return message.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string ResponseText(const RequestId& id, Json result) { return Text({{"jsonrpc", "2.0"}, {"id", ToJson(id)}, {"result", std::move(result)}}); }

std::string ErrorText(const RequestId& id, const Error& error) {
  return Text({{"jsonrpc", "2.0"}, {"id", ToJson(id)}, {"error", {{"code", static_cast<int>(error.code)}, {"message", error.message}}}});
}

std::string NotificationText(llvm::StringRef method, Json params) {
  return Text({{"jsonrpc", "2.0"}, {"method", method.str()}, {"params", std::move(params)}});
}

std::string RequestText(const RequestId& id, llvm::StringRef method, Json params) {
  Json message = {{"jsonrpc", "2.0"}, {"id", ToJson(id)}, {"method", method.str()}};
  if (!params.is_null()) {
    message["params"] = std::move(params);
  }
  return Text(message);
}

Json ToJson(Element element) {
  switch (element.type()) {
    case element_type::ARRAY: {
      Json array = Json::array();
      simdjson::dom::array items = element.get_array().value_unsafe();
      for (Element item : items) {
        array.push_back(ToJson(item));
      }
      return array;
    }
    case element_type::OBJECT: {
      Json object = Json::object();
      simdjson::dom::object fields = element.get_object().value_unsafe();
      for (auto [key, value] : fields) {
        object[std::string(key)] = ToJson(value);
      }
      return object;
    }
    case element_type::INT64: return element.get_int64().value_unsafe();
    case element_type::UINT64: return element.get_uint64().value_unsafe();
    case element_type::DOUBLE: return element.get_double().value_unsafe();
    case element_type::STRING: return std::string(element.get_string().value_unsafe());
    case element_type::BOOL: return element.get_bool().value_unsafe();
    case element_type::NULL_VALUE: break;
  }
  return nullptr;
}

}  // namespace trident::protocol
