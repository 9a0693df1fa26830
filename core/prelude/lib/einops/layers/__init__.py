# Describes einops.layers.
