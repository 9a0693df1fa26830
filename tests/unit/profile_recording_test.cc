#include "core/profile/recording.h"

#include <doctest/doctest.h>

#include <cstring>

namespace trident::profile {
namespace {

// Gives the text in pieces of a size.
llvm::Expected<Recording> Import(llvm::StringRef text, size_t piece = 1 << 20) {
  size_t at = 0;
  return ImportTrace([&](char* into, size_t room) -> llvm::Expected<size_t> {
    size_t count = std::min({room, piece, text.size() - at});
    std::memcpy(into, text.data() + at, count);
    at += count;
    return count;
  });
}

std::string ErrorOf(llvm::StringRef text, size_t piece = 1 << 20) {
  llvm::Expected<Recording> recording = Import(text, piece);
  return recording ? "" : llvm::toString(recording.takeError());
}

constexpr const char* kTrace = R"({
  "schemaVersion": 1, "note": "\"traceEvents\" is below",
  "traceEvents": [
  {"ph": "M", "name": "process_name", "pid": 7, "tid": 0, "args": {"name": "python }, {"}},
  {"ph": "X", "cat": "python_function", "name": "model.py(40): forward", "pid": 7, "tid": 1, "ts": 100.0, "dur": 50.5, "args": {}},
  {"ph": "X", "cat": "python_function", "name": "nn.Module: Linear_0", "pid": 7, "tid": 1, "ts": 101, "dur": 20, "args": {}},
  {"ph": "X", "cat": "python_function", "name": "torch/nn/modules/linear.py(124): forward", "pid": 7, "tid": 1, "ts": 102, "dur": 18, "args": {}},
  {"ph": "X", "cat": "cpu_op", "name": "aten::linear", "pid": 7, "tid": 1, "ts": 103, "dur": 10, "args": {"External id": 1}},
  {"ph": "X", "cat": "cpu_op", "name": "aten::addmm", "pid": 7, "tid": 1, "ts": 104, "dur": 8, "args": {"External id": 2}},
  {"ph": "X", "cat": "cpu_op", "name": "aten::relu", "pid": 7, "tid": 1, "ts": 130, "dur": 4, "args": {"External id": 3}},
  {"ph": "X", "cat": "cpu_op", "name": "aten::mul", "pid": 7, "tid": 2, "ts": 131, "dur": 4,
   "args": {"External id": 4, "Call stack": "torch/_tensor.py(3): mul;my\/loss.py(12): loss;model.py(90): step"}},
  {"ph": "s", "id": 2, "pid": 7, "tid": 1, "ts": 104, "cat": "ac2g", "name": "ac2g"},
  {"ph": "X", "cat": "kernel", "name": "gemm<4, {lambda()#1}, \"x\">", "pid": 0, "tid": 7, "ts": 120, "dur": 30.5, "args": {"External id": 2}},
  {"ph": "X", "cat": "kernel", "name": "gemm<4, {lambda()#1}, \"x\">", "pid": 0, "tid": 7, "ts": 160, "dur": 9.5, "args": {"External id": 2}},
  {"ph": "X", "cat": "kernel", "name": "relu", "pid": 0, "tid": 7, "ts": 180, "dur": 2, "args": {"External id": 3}},
  {"ph": "X", "cat": "gpu_memcpy", "name": "Memcpy", "pid": 0, "tid": 7, "ts": 190, "dur": 1.25, "args": {"External id": 99}}
  ],
  "traceName": "x"
})";

TEST_CASE("kernels go to the operator, the module and the function that launched them") {
  llvm::Expected<Recording> recording = Import(kTrace);
  REQUIRE(static_cast<bool>(recording));
  CHECK(recording->events == 13);
  CHECK(recording->bytes == std::strlen(kTrace));
  REQUIRE(recording->sites.size() == 3);
  const RecordedSite& linear = recording->sites[0];
  CHECK(linear.op == "aten::linear");
  CHECK(linear.module == "Linear_0");
  CHECK(linear.file == "model.py");
  CHECK(linear.function == "forward");
  CHECK(linear.line == 40);
  CHECK(!linear.is_line);
  CHECK(linear.kernels == 2);
  CHECK(linear.calls == 1);  // addmm is within it.
  CHECK(linear.device_microseconds == 40);
  CHECK(linear.host_microseconds == 10);
  const RecordedSite& relu = recording->sites[1];
  CHECK(relu.module.empty());  // The module had ended.
  CHECK(relu.device_microseconds == 2);
  const RecordedSite& mul = recording->sites[2];
  CHECK(mul.file == "my/loss.py");
  CHECK(mul.line == 12);
  CHECK(mul.is_line);
  CHECK(recording->unplaced_device_microseconds == 1.25);
  REQUIRE(recording->kernels.size() == 3);
  CHECK(recording->kernels[0].name == "gemm<4, {lambda()#1}, \"x\">");
  CHECK(recording->kernels[0].calls == 2);
  REQUIRE(recording->module_calls.size() == 1);
  CHECK(recording->module_calls[0].second == 1);
}

TEST_CASE("a text that comes in small pieces is read the same") {
  for (size_t piece : {1, 7, 64, 333}) {
    llvm::Expected<Recording> recording = Import(kTrace, piece);
    REQUIRE(static_cast<bool>(recording));
    CHECK(recording->events == 13);
    CHECK(recording->sites[0].device_microseconds == 40);
  }
}

TEST_CASE("a text longer than a piece is read whole") {
  std::string text = "[";
  constexpr int kEvents = 40000;
  for (int i = 0; i < kEvents; ++i) {
    text += std::string(i ? ", " : "") +
            R"({"ph": "X", "cat": "kernel", "name": "{a}, {b}", "tid": 7, "ts": 1, "dur": 2, "args": {"x": {"y": [1, {}]}}})";
  }
  llvm::Expected<Recording> recording = Import(text + "]");
  REQUIRE(static_cast<bool>(recording));
  CHECK(recording->events == kEvents);
  CHECK(recording->unplaced_device_microseconds == 2.0 * kEvents);
  CHECK(ErrorOf(text).find("byte ") != std::string::npos);
}

TEST_CASE("a text that was cut anywhere is an error that names a byte") {
  llvm::StringRef text = kTrace;
  size_t end_of_list = text.rfind(']');
  for (size_t size = 0; size <= end_of_list; ++size) {
    std::string error = ErrorOf(text.take_front(size));
    CHECK_MESSAGE(error.find("byte ") != std::string::npos, size);
  }
}

TEST_CASE("the error names the event that is wrong") {
  llvm::StringRef text = kTrace;
  size_t event = text.find("{\"ph\": \"X\", \"cat\": \"cpu_op\", \"name\": \"aten::relu\"");
  std::string broken = text.str();
  broken[broken.find("\"ts\": 130") + 3] = '!';  // A quotation mark that does not end.
  CHECK(ErrorOf(broken) == "byte " + std::to_string(event) + ": this event is not JSON, or the text ends within it");
  CHECK(ErrorOf("{\"traceEvents\": [{\"ph\": \"X\"}, 3]}") == "byte 30: this is not an event");
  CHECK(ErrorOf("hello") == "byte 0: this is not JSON");
  CHECK(ErrorOf("{\"events\": []}") == "byte 14: the text ends without a list \"traceEvents\"");
  CHECK(ErrorOf("\x1f\x8b\x08") == "the trace is compressed: unpack it first (gunzip)");
}

TEST_CASE("empty lists are traces") {
  CHECK(ErrorOf("[]").empty());
  CHECK(ErrorOf(" {\"traceEvents\" : [ ] }").empty());
}

}  // namespace
}  // namespace trident::profile
