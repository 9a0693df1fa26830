// Exceptions of the program under analysis, and how they become problems.
#include "core/eval/interp.h"

namespace trident::eval {

const Names& N() {
  static const Names names;
  return names;
}

Place Interp::Here() const {
  // Faults inside Trident's own description of torch are the caller's.
  for (const Frame* frame = frame_; frame; frame = frame->parent) {
    if (frame->unit && !frame->unit->prelude) {
      return {frame->unit, frame->expression != parse::kNoNode ? frame->expression : frame->statement};
    }
  }
  return {};
}

std::vector<Place> Interp::Stack() const {
  std::vector<Place> stack;
  for (const Frame* frame = frame_; frame && stack.size() < 64; frame = frame->parent) {
    if (frame->unit && !frame->unit->prelude) {
      stack.push_back({frame->unit, frame->expression != parse::kNoNode ? frame->expression : frame->statement});
    }
  }
  return stack;
}

bool Interp::WouldBeCaught(llvm::StringRef class_name) {
  ClassObj* cls = ExceptionClass(class_name);
  for (const std::vector<std::string>& handlers : handlers_) {
    for (const std::string& name : handlers) {
      if (name == "*") {
        return true;
      }
      for (ClassObj* base : cls->mro) {
        if (Text(base->name) == name) {
          return true;
        }
      }
    }
  }
  return false;
}

bool IsImportError(const ClassObj* cls) {
  return llvm::any_of(cls->mro, [](const ClassObj* base) { return Text(base->name) == "ImportError"; });
}

Value Interp::Raise(llvm::StringRef class_name, const std::string& message, llvm::StringRef slug) {
  auto* instance = heap_.New<InstanceObj>();
  instance->cls = ExceptionClass(class_name);
  // The words are Trident's own: a program that reads them would read others.
  instance->attributes.Set(N().args, NewTuple({Value::SomeStr()}));
  instance->attributes.Set(N().own_words, Value::Str(message));
  return RaiseValue(Value::Obj(instance), slug);
}

Value Interp::RaiseValue(const Value& exception, llvm::StringRef slug) {
  exception_ = exception;
  exception_slug_ = slug.str();
  exception_stack_ = Stack();
  exception_place_ = exception_stack_.empty() ? Place() : exception_stack_.front();
  exception_uncertain_ = uncertain_ > 0 || environment_branches_ > 0;
  NoteCertaintyAsked();
  return Value::Raised();
}

bool IsAmong(llvm::ArrayRef<Problem> problems, const Problem& problem) {
  return llvm::any_of(problems, [&](const Problem& known) { return known.unit == problem.unit && known.node == problem.node && known.slug == problem.slug; });
}

void Interp::Report(Problem problem) {
  if (!problem.unit) {
    return;
  }
  ++unsummarised_;
  ++reported_;
  std::vector<Problem>& problems = importing_ > 0 ? import_problems_ : Problems();
  if (!IsAmong(problems, problem)) problems.push_back(std::move(problem));
}

// Publishes the pending exception as a problem, unless it happened on a path that may not be taken.
void Interp::ReportException() {
  Value exception = exception_;
  ClearException();
  if (exception_uncertain_ || !exception_place_.unit || out_of_budget_) {
    return;
  }
  // In text that is being written, what defines a name may be in the part that does not parse yet.
  if (exception_slug_ == "undefined-name" && !exception_place_.unit->parsed.errors.empty()) {
    return;
  }
  Problem problem;
  problem.slug = exception_slug_;
  problem.unit = exception_place_.unit;
  problem.node = exception_place_.node;
  for (size_t i = 1; i < exception_stack_.size(); ++i) {
    problem.stack.emplace_back(exception_stack_[i].unit, exception_stack_[i].node);
  }
  std::string class_name = "an exception", message;
  if (exception.is(Kind::Instance)) {
    auto* instance = As<InstanceObj>(exception);
    class_name = Text(instance->cls->name).str();
    // What the environment lacks is no mistake of the text.
    if (IsImportError(instance->cls)) return;
    // Leaving the program on purpose is no mistake: that is what exceptions that are no Exception are for (tests that are skipped).
    bool leaves = llvm::none_of(instance->cls->mro, [](const ClassObj* base) { return Text(base->name) == "Exception"; });
    if (leaves || class_name == "StopIteration") {
      left_ |= leaves;
      return;
    }
    // Exceptions of libraries that Trident describes may be of a kind of their own.
    static const Symbol own_slug = Intern("_slug");
    if (Value slug = instance->cls->from_prelude ? FindInClass(instance->cls, own_slug) : Value(); slug.is(Kind::Str)) problem.slug = slug.text().str();
    if (Value* words = instance->attributes.Find(N().own_words)) {
      message = words->text().str();
    } else if (Value* args = instance->attributes.Find(N().args); args && args->is(Kind::Tuple) && !As<ListObj>(*args)->items.empty()) {
      message = ToStr(As<ListObj>(*args)->items[0]);
    }
  }
  problem.message = problem.slug != "uncaught-exception" ? message : "raises " + class_name + (message.empty() ? "" : ": " + message);
  Report(std::move(problem));
}

}  // namespace trident::eval
