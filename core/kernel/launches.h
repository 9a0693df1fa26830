// Turns the text of launches into problems with their arguments, and into what they say of a kernel's parameters.
#pragma once

#include "core/kernel/interp.h"

namespace trident::kernel {

// All calls kernel[grid](...) of the module. Only literals have a value; a launch that evaluation reached knows more.
void FindLaunches(const Module& module, Globals& globals, std::vector<Problem>& problems, std::vector<Launch>& launches);

// What the values of a launch rule out, whatever the kernel does with them.
std::vector<Problem> CheckPassed(const Launch& launch, const Function& function);

// What is wrong with a value of num_warps; empty when nothing is, or it is not known.
std::string WrongWarps(const Value& value);

}  // namespace trident::kernel
