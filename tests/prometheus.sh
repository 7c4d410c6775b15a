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

. "$(dirname "${BASH_SOURCE[0]}")/fetching.sh"
take_arguments "$@"
expect_seconds PROMETHEUS_TIMEOUT "$limit" 300

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

expect_tools "fetching prometheus" "put the program on the PATH, or name it by TOPOSCHEDULER_PROMETHEUS" apt-get dpkg-deb timeout
work=$(mktemp -d) || die "no temporary folder"
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache" || die "cannot write to $cache"

prepare_apt
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
