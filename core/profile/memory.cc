// Replaces the global operator new and delete, so that a stage can say what it allocated and held, and reads resident memory.
//
// "Allocated" is of bytes asked for by this thread, never reduced by a delete; "held" goes up and down with the blocks'
// true sizes, from MeasureHeldBytes on. What calls malloc directly (the growth of llvm::SmallVector, C libraries) is not in
// either. The price is one add to a thread-local word for each allocation; asking for a block's size costs five times as
// much (2 % of the instructions of an evaluation, counted), so only a command that shows it does.

#include "core/profile/profile.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#if defined(__APPLE__)
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

namespace {

thread_local uint64_t allocated_bytes = 0;
thread_local int64_t held_bytes = 0, most_held_bytes = 0;
bool measures_held = false;

size_t BlockSize(void* memory) {
#if defined(__APPLE__)
  return malloc_size(memory);
#else
  return malloc_usable_size(memory);
#endif
}

void Took(void* memory) {
  if (!measures_held) {
    return;
  }
  held_bytes += static_cast<int64_t>(BlockSize(memory));
  if (held_bytes > most_held_bytes) {
    most_held_bytes = held_bytes;
  }
}

void Free(void* memory) {
  if (measures_held && memory) {
    held_bytes -= static_cast<int64_t>(BlockSize(memory));
  }
  std::free(memory);
}

void* Allocate(std::size_t size) {
  allocated_bytes += size;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (!memory) {
    std::fputs("trident: out of memory\n", stderr);
    std::abort();
  }
  Took(memory);
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
  Took(memory);
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
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, std::size_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { Free(memory); }

namespace trident::profile {

uint64_t ThreadAllocatedBytes() { return allocated_bytes; }

void MeasureHeldBytes() { measures_held = true; }
uint64_t ThreadHeldBytes() { return static_cast<uint64_t>(std::max<int64_t>(0, held_bytes)); }
uint64_t ThreadPeakBytes() { return static_cast<uint64_t>(std::max<int64_t>(0, most_held_bytes)); }
void RestartThreadPeak() { most_held_bytes = held_bytes; }
void RaiseThreadPeak(uint64_t bytes) { most_held_bytes = std::max(most_held_bytes, static_cast<int64_t>(bytes)); }

uint64_t PeakResidentBytes() { return StatusKilobytes("VmHWM:") * 1024; }

uint64_t ResidentBytes() { return StatusKilobytes("VmRSS:") * 1024; }

}  // namespace trident::profile
