#include "core/config/config.h"
#include "core/source/source.h"

#include <doctest/doctest.h>

namespace trident::config {
namespace {

using diagnostics::Level;

const std::vector<std::string> kDevices = {"A100", "H100"};

Config ReadOwn(llvm::StringRef text) {
  std::optional<Config> config = Read("/project/trident.toml", text, kDevices);
  REQUIRE(config);
  return *config;
}

std::string Problems(const Config& config) {
  std::string out;
  for (const Problem& problem : config.problems) {
    out += std::to_string(problem.line) + ":" + std::to_string(problem.column) + "-" + std::to_string(problem.end_column) + ": " + problem.message +
           "\n";
  }
  return out;
}

TEST_CASE("every setting is read") {
  Config config = ReadOwn(R"(
python-path = ["src", "/opt/lib"]
python-environment = ".venv"
device = "h100"
diagnostics = true
[severity]
linear-in-features = "warning"
fold-batch-norm = "off"
[hints]
types = false
parameters = true
cost = true
measured = false
[cache]
megabytes = 100
days = 3
remote = "http://cache.example.com"
upload = true
)");
  CHECK(Problems(config).empty());
  CHECK(config.python_path == std::vector<std::string>{"/project/src", "/opt/lib"});
  CHECK(config.python_environment == "/project/.venv");
  CHECK(config.device == "H100");
  CHECK(config.choices.severity.at("linear-in-features") == Level::Warning);
  CHECK(config.choices.severity.at("fold-batch-norm") == std::nullopt);
  CHECK(config.choices.diagnostics == true);
  CHECK(config.choices.type_hints == false);
  CHECK(config.choices.cost_hints == true);
  CHECK(config.choices.measured_hints == false);
  CHECK(config.cache.megabytes == 100);
  CHECK(config.cache.days == 3);
  CHECK(config.cache.remote == "http://cache.example.com");
  CHECK(config.cache.upload == true);
}

TEST_CASE("overrides hold for their paths, later ones over earlier ones") {
  Config config = ReadOwn(R"(
[severity]
linear-in-features = "warning"
[[overrides]]
paths = ["tests", "old/*.py"]
severity = { linear-in-features = "off", view-size = "hint" }
[[overrides]]
paths = ["tests/hard/"]
severity = { linear-in-features = "error" }
diagnostics = false
)");
  CHECK(Problems(config).empty());
  CHECK(config.For("/project/model.py").severity.at("linear-in-features") == Level::Warning);
  CHECK(config.For("/project/tests/a.py").severity.at("linear-in-features") == std::nullopt);
  CHECK(config.For("/project/tests/a.py").severity.at("view-size") == Level::Hint);
  CHECK(config.For("/project/testsuite/a.py").severity.at("linear-in-features") == Level::Warning);
  CHECK(config.For("/project/old/b.py").severity.at("linear-in-features") == std::nullopt);
  CHECK(config.For("/project/old/b.txt").severity.at("linear-in-features") == Level::Warning);
  CHECK(config.For("/project/tests/hard/a.py").severity.at("linear-in-features") == Level::Error);
  CHECK(config.For("/project/tests/hard/a.py").diagnostics == false);
  CHECK(config.For("/other/tests/a.py").severity.at("linear-in-features") == Level::Warning);
}

TEST_CASE("problems point at the line, and the rest holds") {
  Config config = ReadOwn(R"(device = "A1000"
pyhton-path = ["src"]
python-path = "src"
[severity]
linear-infeatures = "off"
view-size = "loud"
conv-groups = "hint"
[hints]
type = true
cost = 3
foo = true
[[overrides]]
severity = {}
[[overrides]]
paths = "tests"
)");
  CHECK(Problems(config) ==
        "1:10-17: `device` is one of A100, H100, not `A1000`\n"
        "2:1-12: no setting is called `pyhton-path`; did you mean `python-path`?\n"
        "3:15-20: `python-path` is a list of strings\n"
        "5:1-18: no diagnostic is called `linear-infeatures`; `trident explain --list` shows them\n"
        "6:13-19: `view-size` is error, warning, information, hint or off\n"
        "9:1-5: no setting is called `type`; did you mean `types`?\n"
        "10:8-9: `cost` is true or false\n"
        "11:1-4: no setting is called `foo`\n"
        "12:1-14: an override needs `paths`\n"
        "15:9-16: `paths` is a list of strings\n");
  CHECK(config.choices.severity.at("conv-groups") == Level::Hint);
}

TEST_CASE("a file that is not TOML is one problem") {
  Config config = ReadOwn("device = \"A100\"\ndevice = ");
  REQUIRE(config.problems.size() == 1);
  CHECK(config.problems[0].line == 2);
}

TEST_CASE("pyproject.toml has a table of its own for Trident, or nothing") {
  CHECK(!Read("/project/pyproject.toml", "[project]\nname = \"x\"\n", kDevices));
  CHECK(!Read("/project/pyproject.toml", "[project\n", kDevices));
  std::optional<Config> config =
      Read("/project/pyproject.toml", "[tool.trident]\ndevice = \"H100\"\n[tool.trident.severity]\nview-size = \"off\"\n", kDevices);
  REQUIRE(config);
  CHECK(config->device == "H100");
  CHECK(config->choices.severity.count("view-size") == 1);
  REQUIRE(Read("/project/pyproject.toml", "[tool.trident]\ndevice = \n", kDevices));
}

TEST_CASE("a configuration in the topmost folder is found") {
  source::FileStore files;
  files.SetOverlay("/trident.toml", "device = \"H100\"\n", 1);
  std::optional<Config> config = ReadAbove(files, "/no-such-folder/of-a-project", kDevices);
  REQUIRE(config);
  CHECK(config->path == "/trident.toml");
  CHECK(config->device == "H100");
}

}  // namespace
}  // namespace trident::config
