#include "core/ops/ops.h"

#include <doctest/doctest.h>

using namespace trident;

TEST_CASE("torch names: modules, functions, methods and members of classes") {
  for (const char* name : {"torch", "torch.cat", "torch.nn", "torch.nn.Linear", "torch.nn.functional.relu", "torch.float32", "torch.linalg.svd",
                           "torch.fft.rfft2", "torch.Tensor.view", "torch.nn.Module.forward", "torch.signal.windows.hann", "torch._C._nn.gelu",
                           "torch.Generator", "torch.utils.checkpoint.checkpoint", "torch.ops.aten.add.Tensor"}) {
    CAPTURE(name);
    CHECK(ops::IsTorchName(name));
  }
  for (const char* name : {"numpy.array", "torch.kat", "torch.nn.Linaer", "torch.nn.functional.rleu", "torch.Tensor.veiw", "torchvision.models"}) {
    CAPTURE(name);
    CHECK_FALSE(ops::IsTorchName(name));
  }
}

TEST_CASE("torch names: attributes of a tensor") {
  for (const char* name : {"view", "T", "mT", "shape", "requires_grad_", "__add__", "_version", "new_zeros", "softmax", "grad"}) {
    CAPTURE(name);
    CHECK(ops::TensorHasAttribute(name));
  }
  for (const char* name : {"veiw", "relu6", "shapes", "append"}) {
    CAPTURE(name);
    CHECK_FALSE(ops::TensorHasAttribute(name));
  }
}
