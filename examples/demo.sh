#!/usr/bin/env bash
# Shows what Trident says about ResNet-18 as torchvision ships it, and about a small model with a mistake in it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
trident=${TRIDENT:-build/trident}

show() {
  if [[ -t 1 ]]; then printf '\n\e[1;36m$ trident %s\e[0m\n' "$*"; else printf '\n$ trident %s\n' "$*"; fi
  "$trident" "$@"
  # 1 says that errors were found: the classifier has one on purpose.
  (($? <= 1)) || exit 2
}

show check --types --python-path .cache/site .cache/site/torchvision/models/resnet.py examples/resnet18.py
show profile --python-path .cache/site examples/resnet18.py
show check --types examples/classifier.py
