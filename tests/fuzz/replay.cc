// Runs a fuzzer's code once over every file of a folder: findings of the past stay fixed in every build.
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  unsigned files = 0;
  for (int i = 1; i < argc; ++i) {
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(argv[i], error), end; it != end && !error; it.increment(error)) {
      if (auto buffer = llvm::MemoryBuffer::getFile(it->path(), /*IsText=*/false, /*RequiresNullTerminator=*/false)) {
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>((*buffer)->getBufferStart()), (*buffer)->getBufferSize());
        ++files;
      }
    }
  }
  llvm::outs() << files << " inputs\n";
  return files == 0;
}
