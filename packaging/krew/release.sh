#!/usr/bin/env bash
# Makes what krew installs: an archive for each platform and the manifest that names them.
# Written for bash 3.2 and plain POSIX tools.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: packaging/krew/release.sh VERSION URL FOLDER [--manifest-only]

Publishes the program once for each platform, one file that needs no runtime, packs it as FOLDER/kubectl-topo_RID.tar.gz, and
writes FOLDER/topo.yaml with VERSION (0.1.0), the URL of the project and the digests of the archives put in.
--manifest-only takes the archives that are in FOLDER.
TEXT
}

[ "${1:-}" != --help ] && [ "${1:-}" != -h ] || { usage; exit 0; }
[ $# -ge 3 ] || { usage >&2; exit 2; }
version=$1 url=${2%/} folder=$3 only=${4:-}
case $version in v* | *[!0-9A-Za-z.-]* | '') echo "release.sh: VERSION \"$version\": expected one such as 0.1.0" >&2; exit 2 ;; esac
case $url in https://*) ;; *) echo "release.sh: URL \"$url\": expected one that begins with https://" >&2; exit 2 ;; esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

digest() {
  if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

manifest=$(sed -e "s|VERSION|$version|g" -e "s|URL|$url|g" -e '/^#/d' "$root/packaging/krew/topo.yaml")
for rid in linux-x64 linux-arm64 osx-x64 osx-arm64 win-x64; do
  archive=$folder/kubectl-topo_$rid.tar.gz
  if [ "$only" != --manifest-only ]; then
    work=$(mktemp -d)
    dotnet publish "$root/src/TopoScheduler.Cli" -c Release -r "$rid" --self-contained -o "$work/out" -p:Version="$version" \
      -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=none -p:PackAsTool=false -nodeReuse:false > /dev/null
    suffix=''
    case $rid in win-*) suffix=.exe ;; esac
    mkdir "$work/pack"
    # The name says that kubectl calls it.
    cp "$work/out/toposched$suffix" "$work/pack/kubectl-topo$suffix"
    cp "$root/LICENSE" "$work/pack"
    tar -czf "$archive" -C "$work/pack" .
    rm -rf "$work"
  fi
  [ -f "$archive" ] || { echo "release.sh: there is no $archive" >&2; exit 1; }
  manifest=$(printf '%s\n' "$manifest" | sed "s|SHA256_$rid\$|$(digest "$archive")|")
done
printf '%s\n' "$manifest" > "$folder/topo.yaml"
echo "$folder/topo.yaml"
