#include "core/query/remote_cache.h"

#include <doctest/doctest.h>

#include <random>

namespace trident::query {
namespace {

TEST_CASE("a digest is that of the standard") {
  // FIPS 180-4, the example of one block.
  CHECK(DigestOf("abc").hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(DigestOf("abc").size == 3);
}

TEST_CASE("an ActionResult that was written is read, and others' fields are passed over") {
  for (const std::string& content : {std::string(), std::string("x"), std::string(100'000, 'y')}) {
    Digest digest = DigestOf(content);
    std::string bytes = WriteActionResult(digest);
    std::optional<Digest> read = ReadActionResult(bytes);
    REQUIRE(read);
    CHECK(read->hash == digest.hash);
    CHECK(read->size == content.size());
    // exit_code = 4 (varint), a fixed32, a fixed64, stdout_raw = 5 (bytes): before and after.
    std::string others("\x20\x07\x7d\x01\x02\x03\x04\x79\x01\x02\x03\x04\x05\x06\x07\x08\x2a\x03out", 21);
    CHECK(ReadActionResult(others + bytes)->hash == digest.hash);
    CHECK(ReadActionResult(bytes + others)->hash == digest.hash);
  }
}

TEST_CASE("what is no ActionResult is refused, whatever its bytes") {
  std::string bytes = WriteActionResult(DigestOf("content"));
  // The last byte is the size's, which nothing depends on.
  for (size_t size = 0; size + 2 < bytes.size(); ++size) CHECK(!ReadActionResult(llvm::StringRef(bytes).take_front(size)));
  CHECK(!ReadActionResult(WriteActionResult({"../../etc/passwd", 3})));
  CHECK(!ReadActionResult(WriteActionResult({std::string(64, 'A'), 3})));
  CHECK(!ReadActionResult(WriteActionResult({DigestOf("content").hash, uint64_t{1} << 40})));
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string noise = i % 2 ? bytes : std::string(random() % 64, '\0');
    for (size_t changes = i % 2 ? 1 + random() % 3 : noise.size(); changes > 0; --changes) noise[random() % noise.size()] = static_cast<char>(random());
    std::optional<Digest> read = ReadActionResult(noise);
    if (read) CHECK(read->hash.size() == 64);
  }
}

}  // namespace
}  // namespace trident::query
