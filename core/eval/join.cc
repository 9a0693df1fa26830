// Joins what two paths made of a value or of the heap: the least that is true on both.
#include "core/eval/interp.h"

#include "llvm/ADT/StringExtras.h"

namespace trident::eval {

static shape::TensorType JoinTypes(const shape::TensorType& a, const shape::TensorType& b) {
  shape::TensorType out = a;
  if (a.dtype != b.dtype) out.dtype = shape::DType::Unknown;
  if (a.contiguity != b.contiguity || a.strides != b.strides) {
    out.contiguity = shape::Contiguity::Unknown;
    out.strides = shape::Shape();
  }
  if (a.shape == b.shape) return out;
  if (!a.shape.rank_known() || !b.shape.rank_known() || a.shape.rank() != b.shape.rank()) {
    out.shape = shape::Shape();
    out.strides = shape::Shape();
    out.contiguity = shape::Contiguity::Unknown;
    return out;
  }
  llvm::SmallVector<shape::Dim, 6> dims;
  for (unsigned i = 0; i < a.shape.rank(); ++i) {
    shape::Dim x = a.shape.dims()[i], y = b.shape.dims()[i];
    dims.push_back(x == y ? x : shape::Dim::Unknown());
  }
  out.shape = shape::Shape::Of(dims);
  return out;
}

// A list of unknown length keeps one element that stands for all.
static void KeepTypical(Interp& interp, ListObj& out, const ListObj& a, const ListObj& b) {
  constexpr size_t kMaxElements = 64;
  Value typical;
  bool few = a.items.size() + b.items.size() <= kMaxElements;
  for (const ListObj* list : {&a, &b}) {
    for (const Value& item : list->items) {
      if (few) typical = typical.defined() ? interp.Join(typical, item) : item;
    }
    // Nothing stands for the elements of an open list that keeps none.
    if (list->open && list->items.empty()) few = false;
  }
  out.items.clear();
  if (few && typical.defined() && !typical.unknown()) out.items.push_back(typical);
}

Value Interp::Join(const Value& a, const Value& b) {
  if (a == b) return a;
  auto prefer = [&](const Value& known) {
    NoteCertaintyAsked();
    return mode_.guessing && known.is_object();
  };
  // A run on likely types takes what is known for likely.
  if ((a.unknown() || a.is(Kind::None)) && prefer(b)) return b;
  if ((b.unknown() || b.is(Kind::None)) && prefer(a)) return a;
  if (a.unknown()) return a;
  if (b.unknown()) return b;
  if (!a.defined() || !b.defined()) return Lost("bound on one path only");
  if (a.kind != b.kind) {
    bool numbers = (a.is(Kind::Int) || a.is(Kind::Bool) || a.is(Kind::Float)) && (b.is(Kind::Int) || b.is(Kind::Bool) || b.is(Kind::Float));
    return numbers && !a.is(Kind::Bool) && !b.is(Kind::Bool) ? Value::SomeFloat() : Lost("different on two paths");
  }
  switch (a.kind) {
    case Kind::Bool: return Value::SomeBool();
    case Kind::Int: return a.dim() == b.dim() ? a : Value::SomeInt();
    case Kind::Float: return Value::SomeFloat();
    case Kind::Str: return Value::SomeStr();
    case Kind::Tensor: {
      auto *x = As<TensorObj>(a), *y = As<TensorObj>(b);
      bool a_known = x->type.shape.rank_known();
      if (a_known != y->type.shape.rank_known() && prefer(a_known ? a : b)) return a_known ? a : b;
      Value joined = NewTensor(JoinTypes(x->type, y->type));
      if (x->lineage.root == y->lineage.root && x->lineage.shift == y->lineage.shift) {
        As<TensorObj>(joined)->lineage = {x->lineage.root, x->lineage.shift, x->lineage.same_shape && y->lineage.same_shape,
                                          x->lineage.same_dtype && y->lineage.same_dtype, x->lineage.sure && y->lineage.sure, x->lineage.ranked && y->lineage.ranked};
      }
      As<TensorObj>(joined)->requires_grad = As<TensorObj>(a)->requires_grad || As<TensorObj>(b)->requires_grad;
      return joined;
    }
    case Kind::List:
    case Kind::Tuple: {
      auto *x = As<ListObj>(a), *y = As<ListObj>(b);
      auto* out = heap_.New<ListObj>(a.kind);
      out->is_size = x->is_size && y->is_size;
      if (x->open || y->open || x->items.size() != y->items.size()) {
        out->open = true;
        KeepTypical(*this, *out, *x, *y);
        return Value::Obj(out);
      }
      for (size_t i = 0; i < x->items.size(); ++i) out->items.push_back(Join(x->items[i], y->items[i]));
      return Value::Obj(out);
    }
    case Kind::DType: return Value::DType(shape::DType::Unknown);
    case Kind::Device: return Value::Device("");
    default: return Lost("different on two paths");
  }
}

static void JoinTable(Interp& interp, Table& now, const Table& other, bool variables) {
  for (auto& [name, value] : now.entries()) {
    const Value* theirs = other.Find(name);
    if (!theirs) {
      // A variable bound on one path only: using it where it is not bound would fail, so its value is the bound one.
      if (!variables) value = interp.Lost("set on one path only");
    } else {
      value = interp.Join(value, *theirs);
    }
  }
  for (const auto& [name, value] : other.entries()) {
    if (!now.Find(name)) now.Set(name, variables ? value : interp.Lost("set on one path only"));
  }
}

static void JoinObject(Interp& interp, Object* now, const Object* other) {
  now->exposed |= other->exposed;
  switch (now->kind) {
    case Kind::Tensor: {
      auto* x = static_cast<TensorObj*>(now);
      x->type = JoinTypes(x->type, static_cast<const TensorObj*>(other)->type);
      JoinTable(interp, x->attributes, static_cast<const TensorObj*>(other)->attributes, false);
      break;
    }
    case Kind::List:
    case Kind::Tuple: {
      auto* x = static_cast<ListObj*>(now);
      auto* y = static_cast<const ListObj*>(other);
      if (x->open || y->open || x->items.size() != y->items.size()) {
        ListObj before = *x;
        x->open = true;
        KeepTypical(interp, *x, before, *y);
      } else {
        for (size_t i = 0; i < x->items.size(); ++i) x->items[i] = interp.Join(x->items[i], y->items[i]);
      }
      break;
    }
    case Kind::Dict:
    case Kind::Set: {
      auto* x = static_cast<DictObj*>(now);
      auto* y = const_cast<DictObj*>(static_cast<const DictObj*>(other));
      x->open |= y->open;
      for (DictObj::Item& item : x->items) {
        if (!item.live) continue;
        Value* theirs = interp.DictFind(y, item.key, nullptr);
        if (!theirs) {
          item.value = interp.Lost("set on one path only");
          x->open = true;
        } else if (now->kind == Kind::Dict) {
          item.value = interp.Join(item.value, *theirs);
        }
      }
      for (const DictObj::Item& item : y->items) {
        if (item.live && !interp.DictFind(x, item.key, nullptr)) {
          interp.DictSet(x, item.key, now->kind == Kind::Dict ? interp.Lost("set on one path only") : Value());
          x->open = true;
        }
      }
      break;
    }
    case Kind::Instance: {
      auto* x = static_cast<InstanceObj*>(now);
      auto* y = static_cast<const InstanceObj*>(other);
      // Lists of modules that are longer on one path have no known length.
      auto elements = [](const InstanceObj* module) {
        return llvm::count_if(module->attributes.entries(), [](const Table::Entry& entry) { return llvm::all_of(Text(entry.first), llvm::isDigit); });
      };
      x->open |= y->open || (x->cls->is_nn_module && elements(x) != elements(y));
      JoinTable(interp, x->attributes, y->attributes, false);
      if (x->payload.defined() && y->payload.defined()) x->payload = interp.Join(x->payload, y->payload);
      break;
    }
    case Kind::Env: JoinTable(interp, static_cast<EnvObj*>(now)->variables, static_cast<const EnvObj*>(other)->variables, true); break;
    case Kind::Class: JoinTable(interp, static_cast<ClassObj*>(now)->attributes, static_cast<const ClassObj*>(other)->attributes, false); break;
    case Kind::Function: JoinTable(interp, static_cast<FunctionObj*>(now)->attributes, static_cast<const FunctionObj*>(other)->attributes, false); break;
    case Kind::Iterator: {
      auto* x = static_cast<IteratorObj*>(now);
      auto* y = static_cast<const IteratorObj*>(other);
      if (x->position != y->position || x->items != y->items) {
        x->open = true;
        x->items.clear();
        x->position = 0;
      }
      break;
    }
    default: break;
  }
}

// On entry the heap is as the second path left it. `first_after` holds what the first path made of the objects it
// changed, `second_before` the states before the second path.
void Interp::JoinStates(Journal& first_after, Journal& second_before) {
  for (auto [object, after] : first_after.saved) {
    heap_.WillWrite(object);
    JoinObject(*this, object, after);
  }
  for (auto [object, before] : second_before.saved) {
    if (!first_after.index.count(object)) {
      heap_.WillWrite(object);
      JoinObject(*this, object, before);
    }
  }
}

}  // namespace trident::eval
