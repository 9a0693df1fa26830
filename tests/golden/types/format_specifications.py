import torch

# What is written decides which entry is meant.
found = {
    '  3  ': torch.zeros(1), ' 3  ': torch.zeros(2), '-0003': torch.zeros(3), '30000': torch.zeros(4), 'ab': torch.zeros(5),
    'ab   ': torch.zeros(6), 'ab000': torch.zeros(7), '+003': torch.zeros(8), '007': torch.zeros(9), '0.12': torch.zeros(10),
    '   1': torch.zeros(11), 'ä  ': torch.zeros(12),
}
centred = found[f'{3:^5}']
# ^ type: f32[1]
uneven = found[f'{3:^4}']
# ^ type: f32[2]
signed = found[f'{-3:05}']
# ^ type: f32[3]
filled = found[f'{3:<05}']
# ^ type: f32[4]
cut = found[f'{"abc":.2}']
# ^ type: f32[5]
padded = found[f'{"ab":5}']
# ^ type: f32[6]
zeros = found[f'{"ab":05}']
# ^ type: f32[7]
number = found[f'{7:03d}']
# ^ type: f32[9]
decimals = found[f'{0.12345:.2f}']
# ^ type: f32[10]
# What is not followed is not guessed: none of these is a missing key.
truth = found[f'{True:>4}']
general = found[f'{0.12345:.2}']
plus = found[f'{3:+04}']
wide = found[f'{"ä":3}']
