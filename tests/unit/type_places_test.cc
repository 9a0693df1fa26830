#include "core/eval/type_places.h"

#include <doctest/doctest.h>

#include <random>

namespace trident::eval {
namespace {

TypeDesc Constant(int value) {
  TypeDesc type;
  type.kind = TypeDesc::Kind::Int;
  type.number = value;
  return type;
}

TEST_CASE("types are found as by comparing them all, also after the last ones went or some in between") {
  std::mt19937 random(7);
  TypePlaces places;
  std::vector<Binding> bindings(3);
  for (int step = 0; step < 20'000; ++step) {
    uint32_t number = random() % bindings.size();
    Binding& binding = bindings[number];
    if (random() % 50 == 0) {
      binding.types.resize(random() % (binding.types.size() + 1));
    } else if (random() % 200 == 0) {
      std::erase_if(binding.types, [&](const TypeDesc&) { return random() % 5 == 0; });
    } else if (random() % 500 == 0) {
      binding = Binding();
      for (int i = 0; i < 20; ++i) binding.types.push_back(Constant(1000 + i));
      places.Forget(number);
    }
    TypeDesc type = Constant(random() % 400);
    size_t place = places.Of(number, binding, type);
    REQUIRE(place == binding.IndexOf(type));
    if (place == binding.types.size()) binding.types.push_back(type);
  }
}

}  // namespace
}  // namespace trident::eval
