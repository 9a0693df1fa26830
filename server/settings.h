// Holds what the user set for the server, from initializationOptions and workspace/configuration.
//
// The section is "trident"; its fields are listed in docs/guide/protocol.md. Unknown fields are ignored, fields of a
// wrong type keep their default and are named in the answer, so that a slip is seen. Plain data.
#pragma once

#include "core/ide/ide.h"
#include "protocol/json_rpc.h"

#include <map>
#include <string>
#include <vector>

namespace trident::server {

struct Settings {
  std::vector<std::string> python_path;
  std::string python_environment;
  bool type_hints = true;
  bool parameter_hints = true;
  bool cost_hints = false;
  bool measured_hints = true;
  bool hover = true;
  bool code_lens = true;
  bool semantic_tokens = true;
  bool compile_on_save = true;
  int compile_level = 2;
  std::string compile_folder;     // Where what is compiled is written, from the source's folder; empty: nowhere.
  bool compile_kernels_on_save = false;  // This runs the user's code.
  bool diagnostics = true;
  bool cache = true;              // Keep results on disk between runs.
  std::string remote_cache;       // The URL of a cache that others share.
  bool remote_upload = false;     // Whether results go there too.
  // Slug -> severity; nullopt: off.
  std::map<std::string, std::optional<ide::Severity>> severities;

  friend bool operator==(const Settings&, const Settings&) = default;
};

struct SettingsResult {
  Settings settings;
  std::vector<std::string> complaints;
};

// `json`: the content of the section, or an object that has it under "trident"; null gives the defaults.
SettingsResult ReadSettings(const protocol::Json& json);

}  // namespace trident::server
