#!/usr/bin/env bash
# Makes kubectl available to the end-to-end tests. Nothing is installed: Debian's package is unpacked and its program goes into a cache.
set -uo pipefail

release=trixie # the first Debian whose kubectl reads folders among the resources of a kustomization; it runs on older ones too
limit=${KUBECTL_TIMEOUT:-300}

usage() {
  cat <<TEXT
Usage: tests/kubectl.sh [options]

Makes kubectl available to the end-to-end tests and prints the program's path as the last line. It takes the first of these:

  1. the program named by TOPOSCHEDULER_KUBECTL, if that is set
  2. the cache: \${XDG_CACHE_HOME:-~/.cache}/toposcheduler/kubectl/kubectl
  3. the package of Debian $release, unpacked into that cache, once: seconds. Needs apt-get and dpkg, but neither root nor an
     installed package

What is on the PATH is left alone: before 1.21 kubectl does not read the folders of manifests.

Options:
  --find      only look; fetch nothing
  -h, --help  this text

Environment:
  KUBECTL_TIMEOUT  seconds the fetching may take; default 300

Exit codes: 0 there it is, 1 it is not there, 2 wrong usage
TEXT
}

. "$(dirname "${BASH_SOURCE[0]}")/fetching.sh"
take_arguments "$@"
expect_seconds KUBECTL_TIMEOUT "$limit" 300

named=${TOPOSCHEDULER_KUBECTL:-}
if [ -n "$named" ]; then
  [ -x "$named" ] || die "TOPOSCHEDULER_KUBECTL=\"$named\": expected a program"
  found "$named"
fi
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/toposcheduler/kubectl
target=$cache/kubectl
[ ! -x "$target" ] || found "$target"
[ $find_only = no ] || die "no kubectl in $cache"

expect_tools "fetching kubectl" "name the program by TOPOSCHEDULER_KUBECTL" apt-get dpkg-deb timeout
work=$(mktemp -d) || die "no temporary folder"
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache" || die "cannot write to $cache"

prepare_apt $release deb
fetch() { (cd "$work" && private_apt download kubectl); }
# Another run may do the same: the program appears whole or not at all.
stage() {
  dpkg-deb -x "$work"/kubectl_*.deb "$work/unpacked" && "$work/unpacked/usr/bin/kubectl" version --client || return 1
  cp "$work/unpacked/usr/bin/kubectl" "$target.$$" && mv "$target.$$" "$target"
}
attempt "reading the package lists of $mirror $release" private_apt update
attempt "fetching kubectl" fetch
attempt "unpacking it into $cache" stage
found "$target"
