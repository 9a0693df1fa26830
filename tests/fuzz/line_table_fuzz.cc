// In any bytes, offsets and positions stay inside the text, and an offset at the start of a character comes back.
#include "core/base/check.h"
#include "core/source/line_table.h"

#include <algorithm>
#include <cstdint>

using namespace trident;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char*>(data), size);
  source::LineTable table(text);
  const uint32_t step = static_cast<uint32_t>(size / 512 + 1);  // Long lines make every offset cost a scan.
  for (source::Encoding encoding : {source::Encoding::Utf8, source::Encoding::Utf16, source::Encoding::Utf32}) {
    for (uint32_t at = 0; at <= size; at += step) {
      source::LineColumn position = table.ToLineColumn(text, at, encoding);
      CHECK(position.line < table.line_count());
      const uint32_t back = table.ToOffset(text, position, encoding);
      CHECK(back <= at);
      // A place that came back is a fixed point.
      CHECK(table.ToOffset(text, table.ToLineColumn(text, back, encoding), encoding) == back);
    }
  }
  for (uint32_t line = 0; line < table.line_count(); ++line) {
    CHECK(table.Line(text, line).find_first_of("\r\n") == llvm::StringRef::npos);
    CHECK(table.ToOffset(text, {line, 0xFFFFFFFFu}) == table.LineStart(line) + table.Line(text, line).size());
    line += table.line_count() / 512;
  }
  return 0;
}
