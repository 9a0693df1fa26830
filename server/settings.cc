#include "server/settings.h"

#include "core/config/config.h"

#include <algorithm>

namespace trident::server {
namespace {

using protocol::Json;

class Reader {
 public:
  explicit Reader(std::vector<std::string>& complaints) : complaints_(complaints) {}

  void Read(const Json& object, const char* name, bool& into) {
    if (const Json* value = Find(object, name)) {
      if (value->is_boolean()) {
        into = value->get<bool>();
      } else {
        Complain(name, "true or false");
      }
    }
  }

  // A number from 0 to `most`.
  void Read(const Json& object, const char* name, int& into, int most) {
    const Json* value = Find(object, name);
    if (value && value->is_number_integer() && *value >= 0 && *value <= most) {
      into = value->get<int>();
    } else if (value) {
      complaints_.push_back("setting `" + std::string(name) + "` is a number from 0 to " + std::to_string(most));
    }
  }

  void Read(const Json& object, const char* name, std::string& into) {
    if (const Json* value = Find(object, name)) {
      if (value->is_string()) {
        into = value->get<std::string>();
      } else {
        Complain(name, "a string");
      }
    }
  }

  void Read(const Json& object, const char* name, std::vector<std::string>& into) {
    const Json* value = Find(object, name);
    if (!value) {
      return;
    }
    bool is_list = value->is_array() && std::all_of(value->begin(), value->end(), [](const Json& item) { return item.is_string(); });
    if (is_list) {
      into = value->get<std::vector<std::string>>();
    } else {
      Complain(name, "a list of strings");
    }
  }

  void Read(const Json& severities, std::map<std::string, std::optional<ide::Severity>>& into) {
    for (const auto& [slug, value] : severities.items()) {
      std::optional<diagnostics::Level> level;
      if (!diagnostics::Find(slug)) {
        complaints_.push_back("setting `severity`: no diagnostic is called `" + slug + "`");
      } else if (!value.is_string() || !config::ParseLevel(value.get<std::string>(), level)) {
        Complain("severity." + slug, "error, warning, information, hint or off");
      } else {
        into[slug] = level ? std::optional(static_cast<ide::Severity>(*level)) : std::nullopt;
      }
    }
  }

  const Json* Section(const Json& object, const char* name) {
    const Json* value = Find(object, name);
    if (value && !value->is_object()) {
      Complain(name, "an object");
      return nullptr;
    }
    return value;
  }

  void Complain(const std::string& name, const char* wanted) { complaints_.push_back("setting `" + name + "` is " + wanted); }

 private:
  // Null is what an editor sends for a setting that was never set.
  static const Json* Find(const Json& object, const char* name) {
    auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }

  std::vector<std::string>& complaints_;
};

}  // namespace

SettingsResult ReadSettings(const protocol::Json& json) {
  SettingsResult result;
  if (!json.is_object()) {
    return result;
  }
  if (auto section = json.find("trident"); section != json.end() && section->is_object()) {
    return ReadSettings(*section);
  }
  Settings& settings = result.settings;
  Reader reader(result.complaints);
  reader.Read(json, "pythonPath", settings.python_path);
  reader.Read(json, "pythonEnvironment", settings.python_environment);
  reader.Read(json, "hover", settings.hover);
  reader.Read(json, "codeLens", settings.code_lens);
  reader.Read(json, "semanticTokens", settings.semantic_tokens);
  reader.Read(json, "diagnostics", settings.diagnostics);
  reader.Read(json, "cache", settings.cache);
  if (const Json* remote = reader.Section(json, "remoteCache")) {
    reader.Read(*remote, "url", settings.remote_cache);
    reader.Read(*remote, "upload", settings.remote_upload);
  }
  if (const Json* hints = reader.Section(json, "inlayHints")) {
    reader.Read(*hints, "types", settings.type_hints);
    reader.Read(*hints, "parameters", settings.parameter_hints);
    reader.Read(*hints, "cost", settings.cost_hints);
    reader.Read(*hints, "measured", settings.measured_hints);
  }
  if (const Json* compile = reader.Section(json, "compile")) {
    reader.Read(*compile, "onSave", settings.compile_on_save);
    reader.Read(*compile, "kernelsOnSave", settings.compile_kernels_on_save);
    reader.Read(*compile, "folder", settings.compile_folder);
    reader.Read(*compile, "level", settings.compile_level, 3);
  }
  if (const Json* severities = reader.Section(json, "severity")) {
    reader.Read(*severities, settings.severities);
  }
  return result;
}

}  // namespace trident::server
