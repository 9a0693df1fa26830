"""Modules to build in real torch and in the prelude, with a call of each; and constructor calls that must fail."""


def _cases():
    yield 'nn.Identity(3, a=4)', 'm(torch.ones(2))'
    yield 'nn.Linear(4, 6)', 'm(torch.ones(2, 3, 4))'
    yield 'nn.Linear(4, 6, bias=False, dtype=torch.float64)', 'm(torch.ones(4, dtype=torch.float64))'
    yield 'nn.Bilinear(2, 3, 4)', 'm(torch.ones(5, 2), torch.ones(5, 3))'
    yield 'nn.Bilinear(2, 3, 4, bias=False)', 'm(torch.ones(5, 2), torch.ones(5, 3))'
    for d, size in ((1, '9'), (2, '9, 8'), (3, '9, 8, 7')):
        for options in ('', ', stride=2', ', padding=1, dilation=2', ', bias=False', ', groups=2', ", padding='same'", ", padding='valid'",
                        ", padding=1, padding_mode='circular'", ", padding=1, padding_mode='replicate'"):
            yield f'nn.Conv{d}d(4, 6, 3{options})', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.Conv{d}d(4, 6, {tuple(range(1, d + 1))})', f'm(torch.ones(4, {size}))'
        for options in ('', ', stride=2', ', stride=2, output_padding=1', ', padding=1', ', groups=2', ', bias=False', ', dilation=2'):
            yield f'nn.ConvTranspose{d}d(4, 6, 3{options})', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.ConvTranspose{d}d(4, 6, 3, stride=2)', f'm(torch.ones(2, 4, {size}), output_size={[2 * int(s) + 2 for s in size.split(", ")]})'
        for options in ('', ', affine=False', ', track_running_stats=False', ', momentum=None', ', eps=1e-3'):
            yield f'nn.BatchNorm{d}d(4{options})', f'm(torch.ones(2, 4, {size}))'
        for options in ('', ', affine=True', ', track_running_stats=True'):
            yield f'nn.InstanceNorm{d}d(4{options})', f'm(torch.ones(2, 4, {size}))'
        for options in ('', ', stride=2', ', padding=1', ', ceil_mode=True', ', dilation=2', ', return_indices=True'):
            yield f'nn.MaxPool{d}d(3{options})', f'm(torch.ones(2, 4, {size}))'
        for options in ('', ', stride=2', ', padding=1', ', ceil_mode=True', ', padding=1, count_include_pad=False'):
            yield f'nn.AvgPool{d}d(3{options})', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.AdaptiveAvgPool{d}d(2)', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.AdaptiveMaxPool{d}d(2, return_indices=True)', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.Dropout{d}d(0.2)', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.ConstantPad{d}d(2, 1.5)', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.ReflectionPad{d}d(1)', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.ReplicationPad{d}d({tuple(range(1, 2 * d + 1))})', f'm(torch.ones(2, 4, {size}))'
        yield f'nn.MaxUnpool{d}d(2)', f'm(*torch.nn.functional.max_pool{d}d(torch.ones(2, 4, {size}), 2, return_indices=True))'
    yield 'nn.ZeroPad2d((1, 2, 3, 4))', 'm(torch.ones(2, 3, 4, 5))'
    yield 'nn.LPPool1d(2, 3)', 'm(torch.ones(2, 3, 9))'
    yield 'nn.LPPool2d(2, 3, stride=2)', 'm(torch.ones(2, 3, 9, 9))'
    yield 'nn.FractionalMaxPool2d(3, output_size=4)', 'm(torch.ones(2, 3, 9, 9))'
    yield 'nn.FractionalMaxPool3d(2, output_ratio=0.5)', 'm(torch.ones(2, 3, 8, 8, 8))'
    yield 'nn.SyncBatchNorm(4)', None
    yield 'nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2)))', None
    yield 'nn.LayerNorm(4)', 'm(torch.ones(2, 4))'
    yield 'nn.LayerNorm([3, 4], elementwise_affine=False)', 'm(torch.ones(2, 3, 4))'
    yield 'nn.GroupNorm(2, 4)', 'm(torch.ones(2, 4, 5))'
    yield 'nn.GroupNorm(2, 4, affine=False)', 'm(torch.ones(2, 4, 5))'
    yield 'nn.LocalResponseNorm(2)', 'm(torch.ones(2, 4, 5, 5))'
    for name in ('ReLU ReLU6 Sigmoid Tanh SiLU Mish Hardswish Hardsigmoid ELU CELU SELU GELU Hardshrink LeakyReLU LogSigmoid Softplus '
                 'Softshrink PReLU Softsign Tanhshrink RReLU Hardtanh').split():
        yield f'nn.{name}()', 'm(torch.ones(2, 3, 4))'
    yield 'nn.GLU(1)', 'm(torch.ones(2, 4, 3))'
    yield 'nn.PReLU(4)', 'm(torch.ones(2, 4, 3))'
    yield 'nn.Threshold(0.1, 20)', 'm(torch.ones(2, 4))'
    yield "nn.GELU(approximate='tanh')", 'm(torch.ones(2, 4))'
    for name in ('Softmin(1)', 'Softmax(-1)', 'LogSoftmax(0)', 'Softmax2d()'):
        yield f'nn.{name}', 'm(torch.ones(2, 3, 4, 5))'
    for name in ('Dropout(0.1)', 'AlphaDropout(0.1)', 'FeatureAlphaDropout(0.1)', 'Flatten()', 'Flatten(0, 1)', 'Unflatten(1, (2, 2))',
                 'PixelShuffle(2)', 'PixelUnshuffle(3)', 'ChannelShuffle(2)', 'Upsample(scale_factor=2)', 'Upsample((7, 9))',
                 "Upsample(scale_factor=(2, 1.5), mode='bilinear')", 'UpsamplingNearest2d(scale_factor=2)', 'UpsamplingBilinear2d(5)',
                 'Unfold(2)', 'Unfold((2, 3), stride=2)'):
        yield f'nn.{name}', 'm(torch.ones(2, 4, 6, 6))'
    yield 'nn.Fold((4, 5), 2)', 'm(torch.ones(2, 12, 12))'
    yield 'nn.CosineSimilarity()', 'm(torch.ones(2, 3), torch.ones(2, 3))'
    yield 'nn.PairwiseDistance(keepdim=True)', 'm(torch.ones(2, 3), torch.ones(2, 3))'
    yield 'nn.Embedding(10, 3)', 'm(torch.zeros(2, 4, dtype=torch.int64))'
    yield 'nn.Embedding(10, 3, padding_idx=-1)', 'm(torch.zeros(2, dtype=torch.int64)), m.padding_idx'
    yield 'nn.Embedding.from_pretrained(torch.ones(5, 2))', 'm(torch.zeros(2, dtype=torch.int64))'
    yield "nn.EmbeddingBag(10, 3, mode='sum')", 'm(torch.zeros(2, 4, dtype=torch.int64))'
    yield 'nn.EmbeddingBag(10, 3)', 'm(torch.zeros(4, dtype=torch.int64), torch.tensor([0, 2]))'
    for kind in ('RNN', 'LSTM', 'GRU'):
        for options in ('', ', num_layers=2', ', bidirectional=True', ', num_layers=2, bidirectional=True, dropout=0.1', ', bias=False',
                        ', batch_first=True'):
            yield f'nn.{kind}(4, 6{options})', 'm(torch.ones(3, 5, 4))'
        yield f'nn.{kind}(4, 6, 2)', 'm(torch.ones(3, 4))'
        yield f'nn.{kind}Cell(4, 6)', 'm(torch.ones(3, 4))'
        yield f'nn.{kind}Cell(4, 6, bias=False)', 'm(torch.ones(4))'
    yield 'nn.GRU(4, 6, 2, bidirectional=True)', 'm(torch.ones(3, 5, 4), torch.ones(4, 5, 6))'
    yield 'nn.LSTM(4, 6, 2, bidirectional=True, proj_size=3)', 'm(torch.ones(3, 5, 4))'
    yield 'nn.LSTM(4, 6)', 'm(torch.ones(3, 5, 4), (torch.ones(1, 5, 6), torch.ones(1, 5, 6)))'
    yield "nn.RNN(4, 6, nonlinearity='relu')", 'm(torch.ones(3, 5, 4))'
    for options in ('', ', bias=False', ', add_bias_kv=True', ', add_zero_attn=True', ', batch_first=True', ', dropout=0.1'):
        yield f'nn.MultiheadAttention(8, 2{options})', 'm(torch.ones(3, 5, 8), torch.ones(3, 5, 8), torch.ones(3, 5, 8))'
    yield 'nn.MultiheadAttention(8, 2)', 'm(torch.ones(3, 5, 8), torch.ones(4, 5, 8), torch.ones(4, 5, 8), average_attn_weights=False)'
    yield 'nn.MultiheadAttention(8, 2, kdim=6, vdim=4)', 'm(torch.ones(3, 5, 8), torch.ones(4, 5, 6), torch.ones(4, 5, 4))'
    yield 'nn.MultiheadAttention(8, 2)', 'm(torch.ones(3, 8), torch.ones(4, 8), torch.ones(4, 8))'
    yield 'nn.MultiheadAttention(8, 2)', 'm(torch.ones(3, 5, 8), torch.ones(4, 5, 8), torch.ones(4, 5, 8), need_weights=False)'
    yield 'nn.MultiheadAttention(8, 2)', ('m(torch.ones(3, 5, 8), torch.ones(4, 5, 8), torch.ones(4, 5, 8), '
                                           'torch.zeros(5, 4, dtype=torch.bool), attn_mask=torch.zeros(3, 4))')
    for options in ('', ', norm_first=True', ', batch_first=True', ", activation='gelu'"):
        yield f'nn.TransformerEncoderLayer(8, 2, 16{options})', 'm(torch.ones(3, 5, 8))'
        yield f'nn.TransformerDecoderLayer(8, 2, 16{options})', 'm(torch.ones(3, 5, 8), torch.ones(3, 5, 8))'
    yield 'nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 3, nn.LayerNorm(8))', 'm(torch.ones(3, 5, 8))'
    yield 'nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), 2)', 'm(torch.ones(3, 5, 8), torch.ones(4, 5, 8))'
    yield 'nn.Transformer(8, 2, 1, 2, 16)', 'm(torch.ones(3, 5, 8), torch.ones(4, 5, 8))'
    yield 'nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4, 10])', 'm(torch.ones(3, 8), torch.zeros(3, dtype=torch.int64))'
    yield 'nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 4))', 'm(torch.ones(5, 2)), len(m), [n for n, _ in m[1:].named_modules()]'
    yield 'nn.Sequential(nn.Linear(2, 3)).append(nn.Linear(3, 4)).insert(1, nn.Tanh())', 'm(torch.ones(5, 2))'
    yield 'nn.Sequential(__import__("collections").OrderedDict(a=nn.Linear(2, 3), b=nn.Tanh()))', 'm(torch.ones(2)), m.a(torch.ones(2))'
    yield 'nn.ModuleList([nn.Linear(2, 3), nn.Linear(3, 4)])', 'len(m), m[-1](torch.ones(3)), len(m[:1])'
    yield "nn.ModuleDict({'x': nn.Linear(2, 3), 'y': nn.ReLU()})", "list(m), m['x'](torch.ones(2)), 'y' in m"
    yield 'nn.ParameterList([torch.ones(2), torch.ones(3)])', 'len(m), m[1]'
    yield "nn.ParameterDict({'b': torch.ones(2), 'a': torch.ones(3)})", "m['b']"
    yield 'nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2)).half()', None
    yield 'nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2)).to(torch.float64)', 'm(torch.ones(1, 1, 2, 2, dtype=torch.float64))'
    target = 'torch.zeros(3, dtype=torch.int64)'
    for name in ('L1Loss', 'MSELoss', 'BCELoss', 'BCEWithLogitsLoss', 'SmoothL1Loss', 'HuberLoss', 'KLDivLoss', 'PoissonNLLLoss',
                 'SoftMarginLoss', 'HingeEmbeddingLoss', 'MultiLabelSoftMarginLoss'):
        for reduction in ('mean', 'none'):
            yield f"nn.{name}(reduction='{reduction}')", 'm(torch.ones(3, 4), torch.ones(3, 4))'
    for name in ('NLLLoss', 'CrossEntropyLoss', 'MultiMarginLoss'):
        yield f'nn.{name}(weight=torch.ones(4))', f'm(torch.ones(3, 4), {target})'
        yield f"nn.{name}(reduction='none')", f'm(torch.ones(3, 4), {target})'
    yield 'nn.GaussianNLLLoss()', 'm(torch.ones(3, 4), torch.ones(3, 4), torch.ones(3, 1))'
    yield 'nn.CosineEmbeddingLoss()', 'm(torch.ones(3, 4), torch.ones(3, 4), torch.ones(3))'
    yield 'nn.MarginRankingLoss()', 'm(torch.ones(3), torch.ones(3), torch.ones(3))'
    yield "nn.TripletMarginLoss(reduction='none')", 'm(torch.ones(3, 4), torch.ones(3, 4), torch.ones(3, 4))'
    yield 'nn.TripletMarginWithDistanceLoss()', 'm(torch.ones(3, 4), torch.ones(3, 4), torch.ones(3, 4))'
    yield 'nn.MultiLabelMarginLoss()', 'm(torch.ones(3, 4), torch.zeros(3, 4, dtype=torch.int64))'
    for wrap in ('nn.utils.weight_norm', 'nn.utils.spectral_norm', 'nn.utils.parametrizations.spectral_norm',
                 'nn.utils.parametrizations.weight_norm', 'nn.utils.parametrizations.orthogonal'):
        yield f'{wrap}(nn.Linear(4, 6))', 'm(torch.ones(2, 4))'
        yield f'{wrap}(nn.Conv1d(4, 6, 3))', 'm(torch.ones(2, 4, 5))'
        yield f'{wrap}(nn.ConvTranspose2d(4, 6, 3))', 'm(torch.ones(2, 4, 5, 5))'
    yield 'nn.utils.parametrizations.orthogonal(nn.Linear(4, 4))', 'm(torch.ones(2, 4))'
    yield 'nn.utils.remove_weight_norm(nn.utils.weight_norm(nn.Linear(4, 6)))', 'm(torch.ones(2, 4))'
    yield ("nn.utils.parametrize.remove_parametrizations(nn.utils.parametrizations.spectral_norm(nn.Linear(4, 6)), 'weight')",
           'm(torch.ones(2, 4))')
    packed = 'nn.utils.rnn.pack_padded_sequence(torch.ones(3, 5, 4), [5, 3, 2], batch_first=True)'
    yield 'nn.LSTM(4, 6, batch_first=True, bidirectional=True)', f'm({packed})[1], nn.utils.rnn.pad_packed_sequence(m({packed})[0])'
    yield 'nn.GRU(4, 6)', f'm({packed})[0].data'
    yield 'nn.Identity()', 'nn.utils.rnn.pad_sequence([torch.ones(3, 2), torch.ones(5, 2)], batch_first=True)'
    yield 'nn.CTCLoss()', 'm(torch.ones(9, 2, 5).log_softmax(2), torch.ones(2, 3, dtype=torch.int64), (9, 9), (3, 3))'


CASES = list(_cases())

BROKEN = [
    'nn.Conv2d(3, 4, 3, groups=2)',
    'nn.Conv2d(4, 3, 3, groups=2)',
    'nn.Conv2d(4, 4, 3, groups=0)',
    "nn.Conv1d(4, 4, 3, padding='sane')",
    "nn.Conv1d(4, 4, 3, stride=2, padding='same')",
    "nn.Conv3d(4, 4, 3, padding_mode='mirror')",
    "nn.ConvTranspose2d(4, 4, 3, padding_mode='circular')",
    'nn.GroupNorm(3, 4)',
    'nn.Dropout(1.5)',
    'nn.MultiheadAttention(8, 3)',
    'nn.Embedding(4, 2, padding_idx=4)',
    'nn.Embedding.from_pretrained(torch.ones(3))',
    'nn.LSTM(4, 4, proj_size=4)',
    'nn.LSTM(4, 4, dropout=2.0)',
    "nn.RNN(4, 4, nonlinearity='gelu')",
    'nn.MultiMarginLoss(p=3)',
    'nn.FractionalMaxPool2d(2)',
    'nn.FractionalMaxPool2d(2, output_size=2, output_ratio=0.5)',
    'nn.FractionalMaxPool2d(2, output_ratio=1.5)',
    'nn.Unflatten(1, 4)',
    'nn.AdaptiveLogSoftmaxWithLoss(8, 20, [10, 4])',
    "nn.TransformerEncoderLayer(8, 2, activation='tanh')",
    'nn.Sequential(1)',
    'nn.ModuleList([1])',
    'nn.Module()(1)',
    'nn.Module().get_submodule("a.b")',
    'nn.init.xavier_uniform_(torch.ones(3))',
    'nn.init.orthogonal_(torch.ones(3))',
    'nn.init.eye_(torch.ones(3))',
    "nn.init.calculate_gain('swish')",
    'nn.BatchNorm2d(4)(torch.ones(2, 4, 3))',
    'nn.BatchNorm1d(4)(torch.ones(2, 4, 3, 3))',
    'nn.InstanceNorm2d(4)(torch.ones(4, 3))',
    'nn.Linear(3, 4)(torch.ones(2, 4))',
    'nn.LSTM(4, 5)(torch.ones(2, 3, 5))',
    'nn.GRU(4, 5)(torch.ones(2, 3, 4), torch.ones(2, 3, 5))',
    'nn.ConvTranspose2d(2, 3, 3, stride=2)(torch.ones(1, 2, 4, 4), output_size=(20, 20))',
]
