// Replaces the global operator new and delete, so that a stage can say what it allocated, and reads resident memory.
//
// The count is of bytes asked for by this thread, never reduced by a delete. What calls malloc directly (the growth of
// llvm::SmallVector, C libraries) is not in it. The price is one add to a thread-local word per allocation.

#include "core/profile/profile.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

thread_local uint64_t allocated_bytes = 0;

void* Allocate(std::size_t size) {
  allocated_bytes += size;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (!memory) {
    std::fputs("trident: out of memory\n", stderr);
    std::abort();
  }
  return memory;
}

void* AllocateAligned(std::size_t size, std::align_val_t alignment) {
  allocated_bytes += size;
  auto unit = static_cast<std::size_t>(alignment);
  std::size_t rounded = (size + unit - 1) / unit * unit;
  void* memory = std::aligned_alloc(unit, rounded == 0 ? unit : rounded);
  if (!memory) {
    std::fputs("trident: out of memory\n", stderr);
    std::abort();
  }
  return memory;
}

uint64_t StatusKilobytes(const char* key) {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  if (!file) {
    return 0;
  }
  char line[256];
  unsigned long long kilobytes = 0;
  std::size_t length = std::strlen(key);
  while (std::fgets(line, sizeof line, file)) {
    if (std::strncmp(line, key, length) == 0) {
      std::sscanf(line + length, "%llu", &kilobytes);
      break;
    }
  }
  std::fclose(file);
  return kilobytes;
}

}  // namespace

void* operator new(std::size_t size) { return Allocate(size); }
void* operator new[](std::size_t size) { return Allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return AllocateAligned(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return AllocateAligned(size, alignment); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace trident::profile {

uint64_t ThreadAllocatedBytes() { return allocated_bytes; }

uint64_t PeakResidentBytes() { return StatusKilobytes("VmHWM:") * 1024; }

uint64_t ResidentBytes() { return StatusKilobytes("VmRSS:") * 1024; }

}  // namespace trident::profile
