# Describes torch.nn.modules.lazy: a lazy module sizes its parameters from the first input that it sees.


class LazyModuleMixin:
    cls_to_become = None

    def _begin_lazy(self, device, dtype):
        self._lazy_device = device
        self._lazy_dtype = dtype
        self._uninitialized = True

    def has_uninitialized_params(self):
        return self._uninitialized

    def forward(self, input, *args, **kwargs):
        if self._uninitialized:
            self.initialize_parameters(input)
            self._uninitialized = False
        return super().forward(input, *args, **kwargs)
