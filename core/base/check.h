// States facts that only a bug in Trident can break.
//
// CHECK(condition): prints the condition and its place, then calls the failure handler. The default handler
// aborts; the server installs one that ends the request and lives on (architecture.md, "Errors").
#pragma once

namespace trident {

// Called once per failed CHECK; must not return.
using CheckFailureHandler = void (*)(const char* file, int line, const char* condition);

void SetCheckFailureHandler(CheckFailureHandler handler);

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace trident

#define CHECK(condition) (__builtin_expect(!!(condition), 1) ? (void)0 : ::trident::CheckFailed(__FILE__, __LINE__, #condition))

#ifdef NDEBUG
#define DCHECK(condition) ((void)sizeof(condition))
#else
#define DCHECK(condition) CHECK(condition)
#endif
