#include "core/eval/copier.h"
#include "core/eval/kept_model.h"

#include <doctest/doctest.h>

namespace trident::eval {
namespace {

TEST_CASE("kept models: a copy apart tells of which generation's objects it is a copy") {
  Heap heap;
  auto* cls = heap.New<ClassObj>();
  cls->definition = 7;
  Definitions definitions = {{7, cls}};
  KeptModel kept;
  kept.begin = heap.Tick();
  auto* model = heap.New<InstanceObj>();
  model->cls = cls;
  model->touched = kept.begin + 1;
  kept.end = kept.begin + 1;
  kept.model = Value::Obj(model);
  kept.made = {model};
  kept.generation = 3;

  CallSummary call;
  call.model = CopyApart(kept, definitions);
  REQUIRE(call.model);
  CHECK(call.model->heap);
  CHECK(call.model->generation == 3);
  std::optional<RemadeModel> remade = RemakeModel(call, {}, heap, definitions, 0, {});
  REQUIRE(remade);
  CHECK(remade->model.object != model);
  CHECK(As<InstanceObj>(remade->model)->cls == cls);
  CHECK(remade->moved.lookup(model) == remade->model.object);
}

}  // namespace
}  // namespace trident::eval
