// Runs code over a memory map whose file may have been cut short or altered by someone else.
//
// Reading a page that is not there any more is a fault, and so may be what a library makes of a page that is not what
// it wrote. Both end the guarded code, nothing else. The code must own nothing that a destructor would have to free.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

namespace trident::query {

// False: the code faulted, or called EndGuarded. Threads: any; faults outside of guarded code go where they went before.
bool Guarded(llvm::function_ref<void()> code);

// Ends the innermost guarded code of this thread as a fault would; does nothing outside of one.
void EndGuarded();

}  // namespace trident::query
