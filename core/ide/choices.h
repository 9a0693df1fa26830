// Turns a report into what the person wants to see of it: severities, hints. Internal to core/ide.
//
// What counts, in falling order: the editor's settings (ide::Options), the nearest trident.toml or pyproject.toml above
// the file, the diagnostic's own level.
#pragma once

#include "core/config/config.h"
#include "core/cost/device.h"
#include "core/ide/queries.h"

namespace trident::ide {

// The configuration that holds for the files of a folder: of the folder, else of the one above it.
struct ConfigOfFolder : FileQuery {
  struct Value {
    std::shared_ptr<const config::Config> config;  // Null: there is none.
  };
  static constexpr const char* kName = "config";
  static std::shared_ptr<const Value> Execute(query::Database& db, const Key& folder);
  static std::shared_ptr<const Value> Recover(const Key&) { return std::make_shared<Value>(); }
  static Fingerprint ContentOf(const Value& value);
  static size_t BytesOf(const Value&) { return 200; }
};

config::Choices ChoicesFor(query::Database& db, const std::string& path);
// The device that times are estimated for: what the options say, else the file's configuration.
const cost::Device& DeviceFor(query::Database& db, const std::string& path);

void ApplyChoices(query::Database& db, FileReport& report);

// Adds what a recorded run took, from the files that `trident profile --import` keeps in the workspace folders.
void AddMeasured(query::Database& db, FileReport& report);

}  // namespace trident::ide
