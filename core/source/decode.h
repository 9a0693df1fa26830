// Turns the bytes of a Python file into UTF-8 text, as PEP 263 and PEP 3120 say.
//
// Input: bytes. Output: UTF-8 without a byte order mark. Errors (no path in them) say where and what to do: NUL bytes,
// bytes that are not UTF-8, a coding comment that names an encoding Trident does not decode while the bytes need it.
// Known encodings: UTF-8, ASCII and Latin-1 by all their usual names; a file of pure ASCII is accepted under any name.
// Threads: pure. Cost: one pass; the buffer is reused when nothing has to change.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstddef>
#include <string>

namespace trident::source {

llvm::Expected<std::string> DecodePython(std::string bytes);

// The encoding that a coding comment on the first or second line names, as written; empty when there is none.
llvm::StringRef CodingComment(llvm::StringRef bytes);

// The offset of the first byte that is not well-formed UTF-8; bytes.size() when all are.
size_t FindInvalidUtf8(llvm::StringRef bytes);

}  // namespace trident::source
