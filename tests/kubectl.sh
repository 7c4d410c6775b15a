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

say() { echo "kubectl.sh: $1" >&2; }
die() { say "$1"; exit "${2:-1}"; }

find_only=no
case $#:${1:-} in
  0:) ;;
  1:--find) find_only=yes ;;
  1:-h | 1:--help) usage; exit 0 ;;
  *) die "unknown arguments \"$*\"; see tests/kubectl.sh --help" 2 ;;
esac
case $limit in '' | *[!0-9]* | 0*) die "KUBECTL_TIMEOUT=\"$limit\": expected whole seconds, for example 300" 2 ;; esac

found() { echo "$1"; exit 0; }
named=${TOPOSCHEDULER_KUBECTL:-}
if [ -n "$named" ]; then
  [ -x "$named" ] || die "TOPOSCHEDULER_KUBECTL=\"$named\": expected a program"
  found "$named"
fi
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/toposcheduler/kubectl
target=$cache/kubectl
[ ! -x "$target" ] || found "$target"
[ $find_only = no ] || die "no kubectl in $cache"

for tool in apt-get dpkg-deb timeout; do
  command -v $tool > /dev/null || die "fetching kubectl needs $tool: name the program by TOPOSCHEDULER_KUBECTL"
done
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $keyring ] || die "fetching kubectl needs $keyring: install debian-archive-keyring"
work=$(mktemp -d) || die "no temporary folder"
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache" || die "cannot write to $cache"

# apt with lists, cache and sources of its own: the machine's are neither used nor changed. Its mirror is, if it has one.
mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 2> /dev/null | sed -n 's/ main$//p' | grep -v security | head -n 1)
mirror=${mirror:-http://deb.debian.org/debian}
mkdir -p "$work"/{lists/partial,cache/archives/partial,state,unpacked} && : > "$work/status" || die "cannot write to $work"
echo "deb [signed-by=$keyring] $mirror $release main" > "$work/sources.list"
[ "$(id -u)" -ne 0 ] || chmod -R a+rX "$work"
private_apt() {
  timeout -k 15 "$limit" apt-get -o Dir::State="$work/state" -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work/cache" -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 -o Acquire::Languages=none "$@" < /dev/null
}
attempt() { # what, command...: runs it quietly; its last lines are shown when it fails
  local what=$1
  shift
  say "$what"
  "$@" > "$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "failed: $what"; }
}
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
