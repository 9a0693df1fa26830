#include "core/eval/unit.h"

#include <doctest/doctest.h>

namespace trident::eval {
namespace {

OffsetMap MapBetween(llvm::StringRef before, llvm::StringRef after) { return OffsetMap(source::ChangeBetween(before, after)); }

TEST_CASE("offset map: what stands behind a change moves with it") {
  const std::string same(1000, ' ');
  std::string before = same + "x = 1\ny = 22\n" + same, after = same + "x = 1  # one\ny = 22\n" + same;
  OffsetMap moved = MapBetween(before, after);
  CHECK(moved.Of(0) == 0);
  CHECK(moved.Of(1004) == 1004);
  // A node ends where the comment was put, and stays; the line behind it moves.
  CHECK(moved.Of(1005) == 1005);
  CHECK(moved.Of(1006) == 1013);
  CHECK(moved.Of(before.size()) == after.size());
  OffsetMap back = MapBetween(after, before);
  CHECK(back.Of(1005) == 1005);
  CHECK(back.Of(1013) == 1006);
  CHECK(back.Of(after.size()) == before.size());
}

TEST_CASE("offset map: what does not follow from the place of the change is added") {
  OffsetMap moved = MapBetween("f(a)\n", "f(  a)\n");
  moved.Add(2, 4);
  // The other node that ends or begins there does not take it back.
  moved.Add(2, 2);
  CHECK(moved.Of(2) == 4);
  CHECK(moved.Of(3) == 5);
  CHECK(MapBetween("same", "same").Of(4) == 4);
  CHECK(MapBetween("", "x").Of(0) == 0);
}

}  // namespace
}  // namespace trident::eval
