// Copies objects that hang together: what constructors make (template.cc, kept_model.h).
#pragma once

#include "core/eval/object.h"

#include "llvm/ADT/DenseMap.h"

namespace trident::eval {

class Copier {
 public:
  explicit Copier(Heap& heap) : heap_(heap) {}
  virtual ~Copier() = default;

  // Puts the copy in the place of an object. False when there is something that is not copied: closures, iterators, what is
  // told by which object it is.
  bool Copy(Value& value);
  // `copy` stands for the object.
  void Know(Object* object, Object* copy) { copies_[object] = copy; }
  const llvm::DenseMap<Object*, Object*>& copies() const { return copies_; }

 protected:
  // What stands there for an object that is not copied; null: it is to be copied.
  virtual Object* InsteadOf(Object* object) = 0;
  virtual bool MayCopy(const Object*) const { return true; }
  // Numbers the copy of a tensor. False: it may not be copied.
  virtual bool Adapt(const TensorObj& from, TensorObj& tensor) = 0;

  Heap& heap_;

 private:
  bool CopyObject(Value& value);
  bool CopyDict(DictObj& copy);
  bool All(llvm::MutableArrayRef<Value> values);
  bool Attributes(Table& table);
  template <typename T>
  T* Add(Value& value, T* copy);

  llvm::DenseMap<Object*, Object*> copies_;
};

}  // namespace trident::eval
