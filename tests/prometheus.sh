#!/usr/bin/env bash
# Makes a Prometheus server available to the end-to-end tests. Nothing is installed and nothing is started: Debian's package would start a server of its
# own, so it is unpacked, and its two programs, the server and promtool, go into a cache.
set -uo pipefail

limit=${PROMETHEUS_TIMEOUT:-300}

usage() {
  cat <<TEXT
Usage: tests/prometheus.sh [options]

Makes a Prometheus server available to the end-to-end tests and prints the program's path as the last line. It takes the
first of these:

  1. the program named by TOPOSCHEDULER_PROMETHEUS, if that is set
  2. prometheus on the PATH
  3. the cache: \${XDG_CACHE_HOME:-~/.cache}/toposcheduler/prometheus/prometheus
  4. Debian's package, unpacked into that cache, once: seconds. Needs apt-get and dpkg, but neither root nor an installed package

promtool, which checks metrics and rules, comes with it: it stands beside the server.

Options:
  --find      only look; fetch nothing
  -h, --help  this text

Environment:
  PROMETHEUS_TIMEOUT  seconds the fetching may take; default 300

Exit codes: 0 there it is, 1 it is not there, 2 wrong usage
TEXT
}

say() { echo "prometheus.sh: $1" >&2; }
die() { say "$1"; exit "${2:-1}"; }

find_only=no
case $#:${1:-} in
  0:) ;;
  1:--find) find_only=yes ;;
  1:-h | 1:--help) usage; exit 0 ;;
  *) die "unknown arguments \"$*\"; see tests/prometheus.sh --help" 2 ;;
esac
case $limit in '' | *[!0-9]* | 0*) die "PROMETHEUS_TIMEOUT=\"$limit\": expected whole seconds, for example 300" 2 ;; esac

found() { echo "$1"; exit 0; }
named=${TOPOSCHEDULER_PROMETHEUS:-}
if [ -n "$named" ]; then
  [ -x "$named" ] || die "TOPOSCHEDULER_PROMETHEUS=\"$named\": expected a program"
  found "$named"
fi
on_path=$(command -v prometheus) && found "$on_path"
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/toposcheduler/prometheus
target=$cache/prometheus
[ ! -x "$target" ] || [ ! -x "$cache/promtool" ] || found "$target"
[ $find_only = no ] || die "no prometheus on the PATH and none in $cache"

for tool in apt-get dpkg-deb timeout; do
  command -v $tool > /dev/null || die "fetching prometheus needs $tool: put the program on the PATH, or name it by TOPOSCHEDULER_PROMETHEUS"
done
work=$(mktemp -d) || die "no temporary folder"
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache" || die "cannot write to $cache"

# apt with lists and cache of its own: the machine's are neither used nor changed. Its sources are.
mkdir -p "$work"/{lists/partial,cache/archives/partial,state,unpacked} && : > "$work/status" || die "cannot write to $work"
private_apt() {
  timeout -k 15 "$limit" apt-get -o Dir::State="$work/state" -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 -o Acquire::Languages=none "$@" < /dev/null
}
attempt() { # what, command...: runs it quietly; its last lines are shown when it fails
  local what=$1
  shift
  say "$what"
  "$@" > "$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "failed: $what"; }
}
fetch() { (cd "$work" && private_apt download prometheus); }
# Another run may do the same: a program appears whole or not at all, and the server last.
stage() {
  dpkg-deb -x "$work"/prometheus_*.deb "$work/unpacked" && "$work/unpacked/usr/bin/prometheus" --version || return 1
  local program
  for program in promtool prometheus; do
    cp "$work/unpacked/usr/bin/$program" "$cache/$program.$$" && mv "$cache/$program.$$" "$cache/$program" || return 1
  done
}
attempt "reading the package lists" private_apt update
attempt "fetching prometheus" fetch
attempt "unpacking it into $cache" stage
found "$target"
