# Operators that torchvision compiles: how many boxes are kept is up to their contents.
import torch
import torchvision  # Registers them.

boxes = torch.rand(10, 4)
scores = torch.rand(10)
kept = torch.ops.torchvision.nms(boxes, scores, 0.5)
# <- type: i64[?]
best = boxes[kept[:5]]
# <- type: f32[?, 4]
rest = boxes[kept[5:]] + boxes[:1]
# <- type: f32[?, 4]
mask = boxes[scores > 0.5][:3]
# <- type: f32[?, 4]
pooled = torch.ops.torchvision.roi_align(torch.rand(1, 3, 32, 32), torch.rand(7, 5), 0.25, 7, 5, 2, False)
# <- type: f32[7, 3, 7, 5]
by_position, places = torch.ops.torchvision.ps_roi_pool(torch.rand(1, 8, 32, 32), torch.rand(7, 5), 0.25, 2, 2)
# <- type: f32[7, 2, 2, 2]
#            ^ type: i32[7, 2, 2, 2]
total = torch.ops.aten.add.Tensor(boxes, scores[:, None])
# <- type: f32[10, 4]
torch.ops.torchvision.nms.default(boxes, torch.rand(9), 0.5)
# <- error: [size-mismatch] "needs a score for each box, there are 10 boxes and 9 scores"
