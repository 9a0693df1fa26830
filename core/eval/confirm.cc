// Problems of entries that are published only when other runs of the entry confirm them.
//
// An entry is called by nobody: its arguments are of the types that their uses say. Where those leave something open, a
// problem counts if it is there whatever that is.
#include "core/eval/interp.h"

namespace trident::eval {

bool IsUnsure(const Root& root) { return !(root.likely.Type(true) == root.sure.Type(false)); }

bool Interp::OnlyRankIsOpen() const {
  auto rank_open = [](const Root& root) { return !root.sure.Rank(); };
  return !mode_.lacks_arguments && !mode_.entered_unsure && llvm::count_if(roots_, IsUnsure) == 1 && llvm::count_if(roots_, rank_open) == 1;
}

// The problems of one more run. Nothing else of it stays.
std::vector<Problem> Interp::ProblemsOf(llvm::function_ref<void()> run) {
  size_t first = Problems().size();
  Checkpoint checkpoint;
  OpenCheckpoint(checkpoint);
  next_root_ = 0;
  ForgetItems();
  run();
  heap_.Close(checkpoint.journal);
  std::vector<Problem> found(Problems().begin() + first, Problems().end());
  RollBack(checkpoint, /*with_problems=*/true);
  return found;
}

// The same with `otherwise` set.
std::vector<Problem> Interp::ProblemsWith(bool& otherwise, llvm::function_ref<void()> run) {
  return ProblemsOf([&] {
    otherwise = true;
    run();
    otherwise = false;
  });
}

// The same beside the entry's problems, those from `first` on, and with its arguments known as well as they are.
std::vector<Problem> Interp::ProblemsBeside(size_t first, bool& otherwise, llvm::function_ref<void()> run) {
  std::vector<Problem> found(Problems().begin() + first, Problems().end());
  Problems().resize(first);
  std::vector<Root> roots = roots_;
  std::vector<Problem> others = ProblemsWith(otherwise, run);
  Problems().insert(Problems().end(), found.begin(), found.end());
  roots_ = std::move(roots);
  return others;
}

// Whether the entry's problems, those from `first` on, are there as well when sizes of different arguments that have one
// name by custom only (the first axes, those of images) are different.
bool Interp::StandsApart(llvm::function_ref<void()> run, size_t first) {
  std::vector<Problem> apart = ProblemsBeside(first, mode_.names_apart, run);
  return llvm::all_of(llvm::ArrayRef(Problems()).drop_front(first), [&](const Problem& problem) { return IsAmong(apart, problem); });
}

// Of the entry's problems, those from `first` on, only what is there as well when it is entered with `otherwise` set. Where
// the entry `may_refuse` that, failing for other reasons means that it takes no such arguments: that disproves nothing.
void Interp::KeepConfirmed(llvm::function_ref<void()> run, size_t first, bool& otherwise, bool may_refuse) {
  bool lacked = mode_.lacks_arguments;
  mode_.confirming = true;
  std::vector<Problem> confirmed = ProblemsBeside(first, otherwise, [&] { Enter(run); });
  mode_.confirming = false;
  bool fails = !confirmed.empty() || (mode_.lacks_arguments && !lacked);
  mode_.lacks_arguments = lacked;
  std::vector<Problem> found(Problems().begin() + first, Problems().end());
  auto is_confirmed = [&](const Problem& problem) { return IsAmong(confirmed, problem); };
  if (may_refuse && fails && llvm::none_of(found, is_confirmed)) return;
  // What names are wrong depends on no argument.
  auto of_names = [](const Problem& problem) { return problem.slug == "unknown-keyword" || problem.slug == "undefined-name" || problem.slug == "missing-argument"; };
  auto goes = [&](const Problem& problem) { return !of_names(problem) && !is_confirmed(problem); };
  Problems().erase(std::remove_if(Problems().begin() + first, Problems().end(), goes), Problems().end());
}

// Where only the rank of one argument is open: what fails whatever rank it has, of those that its uses allow.
void Interp::ReportAtAllRanks(llvm::function_ref<void()> run, const std::vector<Root>& settled) {
  std::vector<Root> roots = roots_;
  size_t open = llvm::find_if(settled, [](const Root& root) { return !root.sure.Rank(); }) - settled.begin();
  const Evidence& known = settled[open].sure;
  std::optional<std::vector<Problem>> common;
  for (unsigned rank = 0; rank <= Evidence::kMaxRank && (!common || !common->empty()); ++rank) {
    if (!(known.ranks() >> rank & 1)) continue;
    roots_ = settled;
    roots_[open].sure.Narrow(1u << rank);
    std::vector<Problem> found = ProblemsWith(mode_.names_apart, run);
    if (common) {
      llvm::erase_if(*common, [&](const Problem& problem) { return !IsAmong(found, problem); });
      if (known.LikelyRank() != rank) continue;
      // In the words of the rank that is shown.
      llvm::erase_if(found, [&](const Problem& problem) { return !IsAmong(*common, problem); });
    }
    common = std::move(found);
  }
  roots_ = std::move(roots);
  if (common) llvm::for_each(*common, [&](Problem& problem) { Report(std::move(problem)); });
}

}  // namespace trident::eval
