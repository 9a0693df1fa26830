// Says that a struct of LLVM's small containers moves as what it holds does.
#pragma once

// std::vector copies its elements when it grows, unless their move constructor cannot throw. That of llvm::SmallVector does
// not throw, and does not say so.
#define TRIDENT_MOVES(Type)                 \
  Type() = default;                         \
  Type(const Type&) = default;              \
  Type(Type&&) noexcept = default;          \
  Type& operator=(const Type&) = default;   \
  Type& operator=(Type&&) noexcept = default
