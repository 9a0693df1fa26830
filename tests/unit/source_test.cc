#include "core/source/source.h"
#include "core/lex/lex.h"
#include "core/source/decode.h"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace trident::source {
namespace {

std::string Decoded(const std::string& bytes) {
  llvm::Expected<std::string> text = DecodePython(bytes);
  return text ? *text : "error: " + llvm::toString(text.takeError());
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "source_test_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string Path(const std::string& name) const { return path_ + "/" + name; }
  std::string Write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }

 private:
  std::string path_;
};

std::string Contents(FileStore& store, const std::string& path) {
  llvm::Expected<std::shared_ptr<const Text>> text = store.Read(path);
  return text ? (*text)->content : "error: " + llvm::toString(text.takeError());
}

bool Contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("the lexer takes every file that is read") { CHECK(kMaxFileBytes <= lex::kMaxFileBytes); }

TEST_CASE("a coding comment counts on the first two lines, the second only after a blank or a comment") {
  CHECK(CodingComment("# -*- coding: latin-1 -*-\n") == "latin-1");
  CHECK(CodingComment("#!/usr/bin/env python\n# vim: set fileencoding=utf-8 :\n") == "utf-8");
  CHECK(CodingComment(" \t\f\r\n#coding=ascii") == "ascii");
  CHECK(CodingComment("# coding coding: cp1252\n") == "cp1252");
  CHECK(CodingComment("x = 1\n# coding: latin-1\n").empty());
  CHECK(CodingComment("\n\n# coding: latin-1\n").empty());
  CHECK(CodingComment("# coding of things\n").empty());
  CHECK(CodingComment("x = 1  # coding: latin-1\n").empty());
}

TEST_CASE("encodings are undone") {
  CHECK(Decoded("x = 'é'\n") == "x = 'é'\n");
  CHECK(Decoded("\xEF\xBB\xBFx\n") == "x\n");
  CHECK(Decoded("# coding: latin-1\n\xE9\n") == "# coding: latin-1\né\n");
  CHECK(Decoded("# coding: ISO_8859_1-unix\n\xFF") == "# coding: ISO_8859_1-unix\nÿ");
  CHECK(Decoded("\xEF\xBB\xBF# coding: utf-8\né") == "# coding: utf-8\né");
  CHECK(Decoded("# coding: euc-jp\nx = 1\n") == "# coding: euc-jp\nx = 1\n");
  CHECK(Decoded("") == "");
}

TEST_CASE("what cannot be decoded is refused with its place") {
  CHECK(Contains(Decoded("a\nb\xE9\n"), "byte 0xE9 at offset 3, line 2"));
  CHECK(Contains(Decoded("\xEF\xBB\xBF\r\n\r\n\xC3("), "byte 0xC3 at offset 7, line 3"));
  CHECK(Contains(Decoded(std::string("a\0b", 3)), "not a text file: byte 0x00 at offset 1, line 1"));
  CHECK(Contains(Decoded("# coding: ascii\n\xE9"), "not ASCII"));
  CHECK(Contains(Decoded("# coding: shift_jis\n\xE9"), "`shift_jis`, which is not supported"));
  CHECK(Contains(Decoded("\xEF\xBB\xBF# coding: latin-1\n"), "byte order mark"));
}

TEST_CASE("ill-formed UTF-8 is found at its first byte") {
  CHECK(FindInvalidUtf8("plain ascii, longer than eight") == 30);
  CHECK(FindInvalidUtf8("0123456789\xF0\x9F\x98\x80 tail") == 19);
  CHECK(FindInvalidUtf8("ab\xC0\x80") == 2);        // overlong
  CHECK(FindInvalidUtf8("ab\xE0\x9F\xBF") == 2);    // overlong
  CHECK(FindInvalidUtf8("\xED\xA0\x80") == 0);      // surrogate
  CHECK(FindInvalidUtf8("\xF4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(FindInvalidUtf8("\xF0\x9F\x98") == 0);      // cut off
  CHECK(FindInvalidUtf8("é\x80") == 2);             // lone continuation
}

TEST_CASE("a store reads, remembers and forgets") {
  Folder folder;
  FileStore store;
  std::string path = folder.Path("a.py");
  CHECK(Contains(Contents(store, path), "no such file"));
  folder.Write("a.py", "one");
  CHECK(Contains(Contents(store, path), "no such file"));
  store.Changed(path);
  CHECK(Contents(store, path) == "one");
  folder.Write("a.py", "two");
  CHECK(Contents(store, path) == "one");
  store.Changed(folder.Path(""));
  CHECK(Contents(store, path) == "two");
}

TEST_CASE("an open document shadows the disk") {
  Folder folder;
  FileStore store;
  std::string path = folder.Write("a.py", "disk");
  CHECK(Contents(store, path) == "disk");
  store.SetOverlay(path, "buffer", 7);
  CHECK(Contents(store, path) == "buffer");
  CHECK((*store.Read(path))->version == 7);
  folder.Write("a.py", "disk again");
  store.ClearOverlay(path);
  CHECK(Contents(store, path) == "disk again");
}

TEST_CASE("kinds and lists see the disk, open documents and changes") {
  Folder folder;
  FileStore store;
  folder.Write("pkg/b.py", "");
  folder.Write("pkg/a.py", "");
  CHECK(store.Kind(folder.Path("pkg")) == PathKind::Folder);
  CHECK(store.Kind(folder.Path("pkg/a.py")) == PathKind::File);
  CHECK(store.Kind(folder.Path("new")) == PathKind::Missing);
  CHECK(store.List(folder.Path("pkg")) == std::vector<std::string>{"a.py", "b.py"});
  CHECK(store.List(folder.Path("absent")).empty());
  store.SetOverlay(folder.Path("pkg/c.py"), "", 1);
  CHECK(store.List(folder.Path("pkg")) == std::vector<std::string>{"a.py", "b.py", "c.py"});
  CHECK(store.Kind(folder.Path("pkg/c.py")) == PathKind::File);
  folder.Write("new/d.py", "");
  store.Changed(folder.Path("new/d.py"));
  CHECK(store.Kind(folder.Path("new")) == PathKind::Folder);
}

TEST_CASE("what is no readable file is refused without waiting") {
  Folder folder;
  FileStore store;
  folder.Write("pkg/a.py", "");
  CHECK(Contains(Contents(store, folder.Path("pkg")), "is a folder"));
  REQUIRE(mkfifo(folder.Path("pipe.py").c_str(), 0600) == 0);
  CHECK(Contains(Contents(store, folder.Path("pipe.py")), "not a regular file"));
  REQUIRE(symlink("loop.py", folder.Path("loop.py").c_str()) == 0);
  CHECK(Contains(Contents(store, folder.Path("loop.py")), "cannot be read"));
  CHECK(store.Kind(folder.Path("loop.py")) == PathKind::Missing);
  std::string large = folder.Write("large.py", "");
  REQUIRE(truncate(large.c_str(), static_cast<off_t>(kMaxFileBytes) + 1) == 0);
  CHECK(Contains(Contents(store, large), "too large"));
  store.SetOverlay(large, std::string(kMaxFileBytes + 1, ' '), 1);
  CHECK(Contains(Contents(store, large), "too large"));
}

TEST_CASE("paths are made absolute and plain") {
  CHECK(NormalPath("/a/b.py") == "/a/b.py");
  CHECK(NormalPath("/a/./b/../c.py") == "/a/c.py");
  CHECK(NormalPath("/a//b/") == "/a/b");
  CHECK(NormalPath("/") == "/");
  CHECK(NormalPath("/a/.venv/b.py") == "/a/.venv/b.py");
  CHECK(NormalPath("x.py") == std::filesystem::current_path().string() + "/x.py");
}

TEST_CASE("texts that nobody holds are let go beyond a bound, and read again") {
  Folder folder;
  FileStore store;
  std::string held_path = folder.Write("held.py", "held = 1\n"), loose_path = folder.Write("loose.py", "loose = 1\n");
  std::shared_ptr<const Text> held = *store.Read(held_path);
  std::weak_ptr<const Text> loose = *store.Read(loose_path);
  CHECK_FALSE(loose.expired());
  constexpr size_t kFileBytes = size_t{4} << 20;
  for (size_t i = 0; i <= kMaxKeptBytes / kFileBytes; ++i) {
    REQUIRE(store.Read(folder.Write("large" + std::to_string(i) + ".py", std::string(kFileBytes, '\n'))));
  }
  CHECK(loose.expired());
  CHECK((*store.Read(loose_path))->content == "loose = 1\n");
  CHECK(*store.Read(held_path) == held);
}

}  // namespace
}  // namespace trident::source
