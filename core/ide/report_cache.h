// Finds reports that another run made of the same texts, and keeps those of this one. Internal to core/ide.
//
// Two steps, both by content. The first key is what is known before anything is evaluated: the build, the options, the
// file's text and its place under its import root; the dependency cache holds for it the names of the modules that
// evaluation asked for. The second key adds what the import search answers for those names now and the texts it leads to;
// the type-inference cache holds the report. No path of the machine is in a key, so that machines can share.
// Threads: any.
#pragma once

#include "core/ide/analysis.h"

namespace trident::ide {

// What is known of a question about `path` before anything is evaluated.
Fingerprint FirstKey(query::Database& db, const std::string& path, const source::Text& text);
// Its answer, on disk or with the server that others share, if its dependencies are today what they were.
std::optional<std::string> FindAnswer(query::Database& db, const std::string& path, query::DiskStore::Table table, Fingerprint first);
// Keeps the answer, and what it depended on.
void KeepAnswer(query::Database& db, const std::string& path, query::DiskStore::Table table, Fingerprint first, const Facts& facts, std::string answer);

// The report of `path` if it was kept; asks the Database for whatever the answer depends on.
std::shared_ptr<const FileReport> FindReport(query::Database& db, const std::string& path, const source::Text& text);

// Keeps the report that `facts` led to.
void KeepReport(query::Database& db, const std::string& path, const source::Text& text, const Facts& facts, const FileReport& report);

}  // namespace trident::ide
