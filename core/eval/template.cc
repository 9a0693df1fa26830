// Modules that Trident itself describes, made once: the second `nn.Conv2d(64, 64, 3)` is a copy of the first.
//
// Models make the same few modules many times, and what a constructor of torch.nn does depends on its arguments alone. The
// first call with given plain arguments runs the constructor and keeps a copy of what it made, apart from any run
// (Heap::Permanent); every call, the first too, gives a copy of that. What the constructor computes for initial values is in
// no graph: parameters are values that a model comes with.
#include "core/eval/copier.h"
#include "core/eval/interp.h"

namespace trident::eval {

namespace {

class TemplateCopier : public Copier {
 public:
  TemplateCopier(Interp& interp, bool from_template) : Copier(interp.heap()), interp_(interp), from_template_(from_template), place_(interp.Here()) {}

 protected:
  // A template consists of few kinds; everything else that it refers to is permanent in its own right and shared.
  Object* InsteadOf(Object* object) override {
    bool in_template = object->kind == Kind::List || object->kind == Kind::Tuple || object->kind == Kind::Dict || object->kind == Kind::Set || object->kind == Kind::Instance || object->kind == Kind::Tensor;
    return (from_template_ ? !in_template : object->permanent) ? object : nullptr;
  }
  bool MayCopy(const Object* object) const override { return object->kind != Kind::Partial && object->kind != Kind::Method; }
  bool Adapt(const TensorObj&, TensorObj& tensor) override {
    tensor.node = interp_.NextNode();
    tensor.origin_unit = place_.unit;
    tensor.origin_node = place_.node;
    return true;
  }

 private:
  Interp& interp_;
  bool from_template_;
  Place place_;
};

bool AddPlain(const Value& value, Fingerprint& key, int depth) {
  key = Combine(Combine(key, static_cast<uint64_t>(value.kind) << 8 | value.flags), value.aux);
  if (!value.is_object()) {
    key = Combine(key, value.bits);
    return true;
  }
  switch (value.kind) {
    case Kind::Tuple: {
      auto* tuple = As<ListObj>(value);
      key = Combine(key, tuple->items.size() * 4 + tuple->open * 2 + tuple->is_size);
      return depth < 4 && llvm::all_of(tuple->items, [&](const Value& item) { return AddPlain(item, key, depth + 1); });
    }
    case Kind::Class:
    case Kind::Function:
    case Kind::Builtin:
    case Kind::Operator: key = Combine(key, static_cast<uint64_t>(value.object->serial)); return value.object->permanent;
    default: return false;
  }
}

}  // namespace

// Whether the constructor's result depends on what can be told of the arguments, which is then in `key`.
bool Interp::TemplateKey(ClassObj* cls, const Args& args, Fingerprint& key) {
  if (!cls->from_prelude || !cls->is_nn_module || !cls->permanent || args.open || making_template_ || heap_.prelude_writes() > 0) return false;
  key = Combine(Fingerprint{0x7E3, 1}, static_cast<uint64_t>(cls->serial));
  if (!llvm::all_of(args.positional, [&](const Value& value) { return AddPlain(value, key, 0); })) return false;
  return llvm::all_of(args.keywords, [&](const auto& keyword) {
    key = Combine(key, static_cast<uint64_t>(keyword.first.index) | 0x100000000ull);
    return AddPlain(keyword.second, key, 0);
  });
}

Value Interp::InstantiateTemplate(Fingerprint key, ClassObj* cls, const Args& args) {
  auto known = templates_.find({key.low, key.high});
  if (known == templates_.end()) {
    uint64_t steps = steps_, objects = ObjectsUsed();
    uint32_t mark = heap_.next_serial(), first_node = next_tensor_node_, written_before = heap_.oldest_write();
    // The former counts problems, also those that were reported before; the latter those that were not, where it is unsure
    // that this happens.
    uint64_t unsummarised = unsummarised_, certainty_asked = certainty_asked_;
    heap_.set_oldest_write(0xFFFFFFFF);
    making_template_ = true;
    Value made = InstantiateNow(cls, args);
    making_template_ = false;
    bool wrote = heap_.oldest_write() < mark;
    heap_.set_oldest_write(std::min(written_before, heap_.oldest_write()));
    bool usable = cls->Made(made) && !wrote && unsummarised == unsummarised_ && certainty_asked == certainty_asked_ && !out_of_budget_ &&
                  heap_.prelude_writes() == 0;
    if (!usable) return made;
    uint32_t end_node = next_tensor_node_;
    Template kept;
    kept.steps = steps_ - steps;
    kept.instance = made;
    {
      Heap::Permanent permanent(heap_);
      kept.usable = TemplateCopier(*this, /*from_template=*/false).Copy(kept.instance);
    }
    known = templates_.try_emplace({key.low, key.high}, kept).first;
    next_tensor_node_ = kept.usable ? first_node : end_node;
    if (!kept.usable) return made;
    SetObjectsUsed(objects);  // Copies count alone: it makes no difference who made it.
  } else if (!known->second.usable) {
    making_template_ = true;
    Value made = InstantiateNow(cls, args);
    making_template_ = false;
    return made;
  } else {
    // Work that is spared counts all the same: what a budget allows does not depend on what was made before.
    steps_ += known->second.steps;
  }
  Value instance = known->second.instance;
  TemplateCopier(*this, /*from_template=*/true).Copy(instance);
  return instance;
}

}  // namespace trident::eval
