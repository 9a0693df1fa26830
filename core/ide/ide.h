// Turns files into what an editor or the command line shows: diagnostics, hints, hovers, lenses. Plain data, no JSON.
//
// Input: a Workspace (roots, open documents, options). Output: one immutable FileReport per file.
// Positions are 0-based lines and UTF-8 byte columns into the text the report was made from; the server converts.
// Threads: Report and the questions may run on any number of threads at once; what changes the Workspace (SetDocument,
// CloseDocument, FileChanged, SetOptions) only while none of them runs. Reports are immutable and shared. Cost: Report() is cold analysis the first time; work whose inputs are unchanged is reused.
#pragma once

#include "core/ide/model_profile.h"
#include "core/profile/profile.h"
#include "core/query/database.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace trident::ide {

struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Range {
  Position start, end;
  friend bool operator==(const Range&, const Range&) = default;
};

struct Location {
  std::string path;  // Absolute.
  Range range;
};

enum class Severity : uint8_t { Error, Warning, Information, Hint };

struct Related {
  Location location;
  std::string message;
};

struct TextEdit {
  Location location;
  std::string new_text;
};

// A change of source text that removes a diagnostic or applies a hint; verified by analysing the result.
struct Fix {
  std::string title;
  std::vector<TextEdit> edits;
};

struct Diagnostic {
  Location location;
  Severity severity = Severity::Error;
  std::string code;     // The slug: "linear-in-features". Documentation: docs/diagnostics/<code>.md.
  std::string message;
  std::string label;    // Short text under the caret, e.g. "f32[N, 25088]"; may be empty.
  std::vector<Related> related;
  std::vector<Fix> fixes;
};

enum class HintKind : uint8_t { Type, Parameter, Cost, Measured };

struct InlayHint {
  Position position;    // After the name it describes.
  std::string label;    // ": f32[N, 64, H, W]"
  HintKind kind = HintKind::Type;
  std::string tooltip;  // Markdown; may be empty.
  std::string name;     // That it describes; empty for costs.
};

// Where a size of a tensor was decided.
struct SizeOrigin {
  std::string size;      // "64", "H // 2"
  std::string source;    // Markdown: "`nn.Conv2d(3, 64, 7)`".
  Location location;
};

struct Hover {
  Range range;
  std::string markdown;
  std::vector<SizeOrigin> origins;  // To be shown below the text, as links.
};

// One module of a model: what an outline of the running model shows.
struct ModelNode {
  std::string name;          // "layer1", "0"; of the model itself: its class.
  std::string class_name;
  std::string output;        // "f32[1, 64, 56, 56]"; empty: not a tensor, or not known.
  Location location;         // Of the construction where it is known, else of the call.
  int64_t parameters = -1;   // With everything below; -1: not known as a number.
  int64_t flops = -1;        // With everything below, all its calls together.
  std::string flops_text;    // Symbolic when sizes are.
  uint32_t calls = 1;
  std::vector<ModelNode> children;
};

struct Completion {
  std::string label;
  std::string detail;
  Range range;               // What it replaces.
};

// What is known of the shape string around the cursor.
struct Signature {
  std::string label;                                  // "x: f32[2, 64, H, W]"
  std::vector<std::pair<uint32_t, uint32_t>> sizes;   // Byte ranges of the axes in the label.
  int active = -1;                                    // The axis that the cursor is on; -1: none.
  std::string documentation;
};

enum class ActionKind : uint8_t { QuickFix, Rewrite };

// A change that is offered at a place, whether or not anything is wrong there.
struct Action {
  Fix fix;
  ActionKind kind = ActionKind::Rewrite;
  int diagnostic = -1;       // Index into FileReport::diagnostics of what it answers; -1: none.
};

struct CodeLens {
  Range range;          // The line of the class or function it stands above.
  std::string title;    // "11.7M params · 3.63 GFLOP"
  std::string command;  // Empty, or an id from docs/guide/protocol.md.
};

// One binding of a name to a value at a statement: the `--bindings` rows. `types` is one JSON TYPE text per distinct
// evaluation (product.md, "Command line").
struct Binding {
  uint32_t line = 0;    // 1-based line where the statement starts.
  std::string name;
  std::vector<std::string> types;
};

struct FileBindings {
  std::string path;
  std::vector<Binding> bindings;
};

// Totals of one entry model, for lenses and tables.
struct ModelSummary {
  std::string name;          // "ResNet"
  std::string expression;    // "model(x)"; "class Net(nn.Module)" of what is entered alone.
  Location location;
  int64_t parameters = -1;   // -1: not known as a number.
  int64_t flops = -1;        // As torch.utils.flop_counter.FlopCounterMode counts: 2 per multiply-add.
  int64_t attention_flops = 0;  // Of them in fused attention, which the counter leaves out on a CPU.
  bool flops_at_most = false;   // Data decide sizes, which count at their largest.
  std::string flops_text;    // Symbolic when sizes are.
};

// What an outline shows: a class, a function, or a submodule (`self.conv1 = …`) with its type as detail.
enum class SymbolKind : uint8_t { Class, Function, Method, Module, Variable };

struct DocumentSymbol {
  std::string name;
  std::string detail;        // "f32[N, 64, H/2, W/2] · 9,408 parameters"; may be empty.
  SymbolKind kind = SymbolKind::Variable;
  Range range;               // The whole statement.
  Range selection;           // The name; inside range.
  std::vector<DocumentSymbol> children;
};

// Which hints a configuration file wants.
enum class HintChoice : uint8_t { None, Off, On };
struct HintChoices {
  HintChoice types = HintChoice::None, parameters = HintChoice::None, cost = HintChoice::None, measured = HintChoice::None;
};

// How a configuration file wants models compiled when a file is saved.
struct CompileChoices {
  std::optional<int> level;
  std::string folder;        // Below the file's own; empty: not chosen.
};

struct FileReport {
  std::string path;
  int64_t version = 0;       // Document version the text came from; 0 for the disk.
  std::vector<Diagnostic> diagnostics;     // Of this file.
  std::vector<Diagnostic> elsewhere;       // Found in other files while evaluating this one's entry points.
  std::vector<InlayHint> inlay_hints;      // By position.
  std::vector<CodeLens> lenses;
  std::vector<FileBindings> bindings;      // For every file visited; only with Options::collect_bindings.
  std::vector<ModelSummary> models;
  std::vector<ModelProfile> model_profiles;  // Of the same models; only with Options::collect_costs.
  std::vector<DocumentSymbol> symbols;     // In source order.
  HintChoices hint_choices;                // Of the configuration file that holds for this one.
  CompileChoices compile_choices;          // The same.
  bool has_fixes = false;                  // Whether its diagnostics carry their fixes: Workspace::Repaired.
  std::vector<std::string> visited;        // Absolute paths of other files read for this report; empty: not known.
  profile::Report profile;                 // What each stage cost.
};

struct Options {
  std::vector<std::string> python_path;    // More import roots, first wins; before the detected environment.
  std::vector<std::string> workspace;      // Workspace folders: import roots.
  std::string python_environment;          // A venv or its site-packages; empty: detect.
  bool collect_bindings = false;
  bool collect_costs = false;              // Cost by line, module and kernel.
  std::string device;                      // For estimates of time, one of DeviceNames(); empty: A100.
  std::map<std::string, std::optional<Severity>> severities;  // By slug, over what configuration files say; nullopt: off.
  std::string stop_after;                  // profile::StageName of the last stage to run; empty: all.
  size_t memory_bytes = size_t{500} << 20;  // Of results kept in memory; what was not used longest goes first.
  bool use_cache = true;                   // Keep reports on disk between runs.
  std::string cache_folder;                // Empty: the user's (query::DefaultCacheFolder).
  // The URL of a cache that others share; empty: what the workspace's configuration file says. Never without use_cache.
  std::string remote_cache;
  bool remote_upload = false;              // Whether results go there too; the configuration file may say so as well.
  std::chrono::milliseconds remote_patience{1000};  // How long a report may wait for it.
  std::function<void(const std::string&)> log;  // Told what is wrong with the world but stops nothing; from any thread.
};

// The devices that estimates of time are made for.
std::vector<std::string> DeviceNames();
// What `trident compile` is asked for.
// A Triton kernel of a file as one launch compiles it.
struct KernelSpec {
  std::string name;
  Range range;                // Of its name's line.
  std::string when;           // "BLOCK=128"
  // Of each parameter: "*fp32:16", "i32", or "=128" for a constant; empty when not all are known.
  std::vector<std::pair<std::string, std::string>> signature;
  std::string target;         // "cuda:90"; empty: not known.
  int64_t warps = 4, stages = 3;
};

struct CompileRequest {
  std::string name;                        // A class, or the expression that is called; empty: the file's last model.
  int level = 1;                           // 0 to 3: docs/guide/optimization.md.
  std::vector<std::string> inputs;         // "x=f32[2, 3]": what the model is called with; empty: what the file calls it with.
  bool report = false;                     // Also compares with the best form that is known, which optimises once more.
};

// A model's generated source, or why there is none.
struct Compiled {
  std::string class_name;
  std::string text;
  std::vector<std::string> log;            // What was rewritten, a line each.
  std::vector<std::string> rejected;       // Candidates that were not, and why.
  std::string report;                      // Operations, kernels and traffic before and after.
};

// Who wrote a file: someone else, Trident, or Trident and then someone else.
enum class Origin : uint8_t { Foreign, Generated, Edited };
Origin OriginOf(llvm::StringRef text);

// Set by another thread to end the current Report() early; Report() then returns the cancelled error.
using CancelFlag = std::atomic<bool>;

// While it exists, questions that its thread asks of any Workspace end early once the flag is set; they then find nothing.
class ScopedCancel {
 public:
  explicit ScopedCancel(const CancelFlag* flag);
  ~ScopedCancel();
  ScopedCancel(const ScopedCancel&) = delete;
  ScopedCancel& operator=(const ScopedCancel&) = delete;

 private:
  const CancelFlag* outer_;
};

class Workspace {
 public:
  explicit Workspace(Options options);
  ~Workspace();
  // Writes what is to be kept on disk. A process that ends next need not free the rest.
  void Close();

  // An open document shadows the file on disk. The text is UTF-8.
  void SetDocument(llvm::StringRef path, std::string text, int64_t version);
  void CloseDocument(llvm::StringRef path);
  // The file or folder changed on disk.
  void FileChanged(llvm::StringRef path);
  void SetOptions(Options options);

  // The report of `path`; an error only when the file cannot be read (missing, too large, not UTF-8 and without a
  // coding cookie) or the work was cancelled.
  llvm::Expected<std::shared_ptr<const FileReport>> Report(llvm::StringRef path, const CancelFlag* cancel = nullptr);

  // The same with the fixes of its diagnostics, each tried before it is offered: that costs evaluations, so it is not done
  // while somebody types.
  llvm::Expected<std::shared_ptr<const FileReport>> Repaired(llvm::StringRef path, const CancelFlag* cancel = nullptr);

  // Does what an edit of the file would otherwise wait for, when its report was found on disk and nothing was evaluated.
  void Prepare(llvm::StringRef path);

  // What is under the position, or nullopt. Uses the last report of the file.
  std::optional<Hover> HoverAt(llvm::StringRef path, Position position);

  // Where what stands at the position comes from: `self.conv1` to its construction, a size to its origin. Uses the last
  // report of the file.
  std::vector<Location> DefinitionAt(llvm::StringRef path, Position position);

  // Where the sizes of an inlay hint of the last report come from.
  std::vector<SizeOrigin> HintOrigins(llvm::StringRef path, const InlayHint& hint);

  // The modules of every model that the file calls or that was entered with symbolic sizes.
  std::vector<ModelNode> Models(llvm::StringRef path);

  // Names of sizes: `B, T, C = x.shape` and their uses, and the axes in shape strings (jaxtyping, einops, einsum).
  std::vector<Range> SizeNames(llvm::StringRef path);
  // Inside a shape string: what may stand there, and what is known of the tensor it describes.
  std::vector<Completion> CompletionsAt(llvm::StringRef path, Position position);
  std::optional<Signature> SignatureAt(llvm::StringRef path, Position position);

  // What could be changed in the range besides the fixes of its diagnostics: ignoring them, writing types down. `report` is
  // the file's last.
  std::vector<Action> ActionsIn(llvm::StringRef path, const FileReport& report, const Range& range);
  // PyTorch source for a model of the file. An error says what is not known, and where.
  llvm::Expected<Compiled> Compile(llvm::StringRef path, const CompileRequest& request);

  // `--dump STAGE`: tokens, tree, outline, graph, code. An error for an unknown stage names the known ones.
  // The kernels of a file that something launches, in order.
  llvm::Expected<std::vector<KernelSpec>> Kernels(llvm::StringRef path);
  llvm::Expected<std::string> Dump(llvm::StringRef path, llvm::StringRef stage);

  // A thread failed inside a call and will not come back: nobody waits for it any longer.
  void Forsake(std::thread::id thread);

  // Each event of the queries from now on; for tests.
  void SetQueryLog(std::function<void(const query::Event&)> log);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trident::ide
