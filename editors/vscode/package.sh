#!/usr/bin/env bash
# Packages the extension with the built server: package.sh [--without-server] [OUT.vsix], by default into
# build/trident-linux-x64.vsix. `./dev vsix` builds the server first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
bundled=1
if [[ ${1:-} == --without-server ]]; then bundled=''; shift; fi
out=${1:-$root/build/trident-linux-x64.vsix}
log=$root/build/vsix.log
mkdir -p "$root/build"

step() {
  if ! "$@" >>"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    echo "packaging failed at: $*" >&2
    exit 1
  fi
}

: >"$log"
# npm rewrites this marker when it installs; a newer lock file means another set of packages.
if [[ ! node_modules/.package-lock.json -nt package-lock.json ]]; then step npm ci --ignore-scripts --no-audit --no-fund; fi
step npx --no-install tsc --noEmit
step node esbuild.mjs

# The program and the shared libraries that not every Linux has; it looks for them in lib/ beside itself.
rm -rf server
if [[ -n $bundled ]]; then
  mkdir -p server/lib
  cp "$root/build/trident" server/trident
  strip server/trident
  ldd server/trident | awk '$3 ~ /^\// && $3 !~ /\/(libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so/ { print $3 }' | while read -r library; do
    cp -L "$library" server/lib/
  done
  rmdir --ignore-fail-on-non-empty server/lib
fi
cp "$root/LICENSE" LICENSE

step npx --no-install vsce package --target linux-x64 --no-dependencies --allow-missing-repository --out "$out"
echo "$out $(du -h "$out" | cut -f1)"
