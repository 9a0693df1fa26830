#!/usr/bin/env python3
"""Measures the peak memory of checking large models of timm and transformers, each in a process of its own.

Exits 1 when one takes more than 200 MB, which the project promises.
"""
import sys
import tempfile

from bench import SITE, check_command, megabytes, milliseconds, model_file, once, record, skip

LIMIT = 200e6
# The largest of each by parameters, depth or number of modules.
TIMM = ('vit_giant_patch14_dinov2', 'convnext_xxlarge', 'eva02_enormous_patch14_clip_224', 'swinv2_large_window12_192', 'efficientnet_l2',
        'maxvit_xlarge_tf_512', 'resnetv2_152x4_bit', 'nfnet_f6', 'regnetz_e8')
TRANSFORMERS = (('LlamaConfig', 'LlamaForCausalLM'), ('BertConfig', 'BertForMaskedLM'), ('GPT2Config', 'GPT2LMHeadModel'), ('T5Config', 'T5ForConditionalGeneration'),
                ('MixtralConfig', 'MixtralForCausalLM'), ('Qwen2Config', 'Qwen2ForCausalLM'))


def programs():
    if (SITE / 'timm').is_dir():
        for name in TIMM:
            yield name, f'import timm\nimport torch\n\nmodel = timm.create_model("{name}")\ny = model(torch.zeros(1, *model.default_cfg["input_size"]))\n'
    if (SITE / 'transformers').is_dir():
        for config, model in TRANSFORMERS:
            yield model, (f'import torch\nfrom transformers import {config}, {model}\n\nmodel = {model}({config}())\n'
                          'y = model(input_ids=torch.zeros(1, 128, dtype=torch.long))\n')


def main():
    largest = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in programs():
            run = once(check_command(model_file(folder, name, text)))
            largest = max(largest, run.peak_bytes)
            record(f'memory/{name}', run.peak_bytes, 'B')
            print(f'{name:36} {megabytes(run.peak_bytes)} {milliseconds(run.cpu_seconds)} of processor time', flush=True)
    if not largest:
        skip('no timm or transformers in .cache/site: ./dev setup --oracle')
    record('memory/largest to its limit', largest / LIMIT, 'ratio')
    print(f'largest {megabytes(largest).strip()}, {largest / LIMIT:.2f} of the limit')
    return int(largest > LIMIT)


if __name__ == '__main__':
    sys.exit(main())
