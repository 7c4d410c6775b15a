#!/usr/bin/env bash
# Makes a real Kubernetes control plane available to the end-to-end tests: etcd, kube-apiserver, kube-scheduler and
# kube-controller-manager. Nothing is installed and nothing is started: Debian's packages are unpacked into a temporary
# folder (etcd as it is, Kubernetes built from its source package), the four programs go into a cache.
set -uo pipefail

version=1.20.2
# Grows when the same version is built in another way, so that no cache keeps the old programs.
revision=2
release=bookworm # the last Debian whose kubernetes source package is whole; on any other release it is built all the same
limit=${CONTROL_PLANE_TIMEOUT:-1800}

usage() {
  cat <<TEXT
Usage: tests/control-plane.sh [options]

Makes etcd, kube-apiserver, kube-scheduler and kube-controller-manager available to the end-to-end tests and prints
the folder that holds them as the last line. It takes the first of these:

  1. the folder named by KUBEBUILDER_ASSETS, of any Kubernetes version, if that is set. It must hold all four; what
     setup-envtest fetches lacks kube-scheduler and kube-controller-manager
  2. the cache: TOPOSCHEDULER_CONTROL_PLANE, else \${XDG_CACHE_HOME:-~/.cache}/toposcheduler/control-plane/$version-$revision
  3. a build of Kubernetes $version from Debian's source package into that cache, once: about 10 minutes on 2 cores, 4 GB of
     temporary space in TMPDIR. Needs apt-get and dpkg, but neither root nor an installed package

Options:
  --find      only look; build nothing
  -h, --help  this text

Examples:
  tests/control-plane.sh
  tests/control-plane.sh --find
  KUBEBUILDER_ASSETS=/opt/kubernetes/bin tests/control-plane.sh
  TOPOSCHEDULER_CONTROL_PLANE=/var/cache/control-plane tests/control-plane.sh

Environment:
  CONTROL_PLANE_TIMEOUT  seconds the build may take; default 1800

Exit codes: 0 there it is, 1 it is not there, 2 wrong usage
TEXT
}

. "$(dirname "${BASH_SOURCE[0]}")/fetching.sh"
take_arguments "$@"
expect_seconds CONTROL_PLANE_TIMEOUT "$limit" 1800

missing() { # folder: the names of the programs it lacks
  local name names=''
  for name in etcd kube-apiserver kube-scheduler kube-controller-manager; do
    [ -x "$1/$name" ] || names="${names:+$names, }$name"
  done
  echo "$names"
}

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  lacks=$(missing "$KUBEBUILDER_ASSETS")
  [ -z "$lacks" ] || die "KUBEBUILDER_ASSETS=\"$KUBEBUILDER_ASSETS\" lacks $lacks; put the missing programs there, or unset it for a build of $version"
  found "$KUBEBUILDER_ASSETS"
fi

home=${HOME:-}
[ -n "$home" ] || home=$(getent passwd "$(id -u)" 2> /dev/null | cut -d : -f 6)
target=${TOPOSCHEDULER_CONTROL_PLANE:-${XDG_CACHE_HOME:-${home:-/tmp}/.cache}/toposcheduler/control-plane/$version-$revision}
[ -n "$(missing "$target")" ] || found "$target"
[ $find_only = no ] || die "there is no control plane in $target; build it with: tests/control-plane.sh"
expect_tools "building the control plane" "set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver, kube-scheduler and kube-controller-manager" \
  apt-get dpkg-deb tar timeout flock

# The whole build runs in one process group with one limit, and this process cleans up after it, however it ended. A second
# caller waits for the first and finds the cache filled.
if [ -z "${CONTROL_PLANE_WORK:-}" ]; then
  mkdir -p "$(dirname "$target")" || die "cannot make the folder of $target"
  work=$(mktemp -d) || die "cannot make a temporary folder"
  cleanup() {
    rm -rf "$work"
  }
  trap cleanup EXIT
  flock -n "$target.lock" true || say "waiting for another build of $target"
  CONTROL_PLANE_WORK=$work timeout -k 30 "$limit" flock "$target.lock" bash "${BASH_SOURCE[0]}" > /dev/null < /dev/null &
  build=$!
  trap 'kill "$build" 2> /dev/null; wait "$build"' INT TERM
  wait "$build"
  code=$?
  [ -n "$(missing "$target")" ] || found "$target"
  case $code in 124 | 137) say "the build did not end within $limit s (CONTROL_PLANE_TIMEOUT)" ;; esac
  exit 1
fi

work=$CONTROL_PLANE_WORK
staged=$target.partial
started=$SECONDS
step() { # what, command...: an attempt that tells how long all has taken so far
  local what=$1
  shift
  attempt "[$((SECONDS - started)) s] $what" "$@"
}

mkdir -p "$work"/{debs,unpacked,bin,source,gopath/src/k8s.io} || die "cannot write to $work"
prepare_apt $release deb deb-src
fetch_packages() { (cd "$work/debs" && private_apt download "$@"); }
fetch_source() { (cd "$work/source" && private_apt source --download-only kubernetes); }

say "building Kubernetes $version for the end-to-end tests, once; this takes about 10 minutes"
step "reading the package lists of $mirror $release" private_apt update
step "fetching etcd, the go compiler and the tools of the build" \
  fetch_packages etcd-server golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev make rsync jq libjq1 libonig5 libpopt0 liblz4-1 libxxhash0 libzstd1 libssl3 libacl1
step "fetching the source of Kubernetes" fetch_source
unpack() {
  local deb
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/unpacked" && rm "$deb" || return 1; done
  # Debian's patches change what kubectl prints, which is not built here.
  tar -xzf "$work"/source/kubernetes_*"$version".orig.tar.gz -C "$work/gopath/src/k8s.io" &&
    mv "$work/gopath/src/k8s.io/kubernetes-$version" "$work/gopath/src/k8s.io/kubernetes" || return 1
  # The reflect2 that Kubernetes brings goes through maps as go did before 1.18: with a newer one kube-apiserver dies of the first custom resource.
  local vendored=$work/gopath/src/k8s.io/kubernetes/vendor/github.com/modern-go/reflect2
  rm "$vendored"/*.go "$vendored"/*.s &&
    cp "$work"/unpacked/usr/share/gocode/src/github.com/modern-go/reflect2/*.{go,s} "$vendored/" && rm -f "$vendored"/*_test.go
}
step "unpacking" unpack

# The unpacked tools find their libraries by these wrappers alone; make and go need none.
libraries=$(echo "$work"/unpacked/usr/lib/*-linux-gnu*):$(echo "$work"/unpacked/lib/*-linux-gnu*)
for tool in rsync jq; do
  printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s" "$@"\n' "$libraries" "$work/unpacked/usr/bin/$tool" > "$work/bin/$tool" && chmod +x "$work/bin/$tool" || die "cannot write to $work/bin"
done
cat > "$work/version" <<TEXT
KUBE_GIT_COMMIT='debian'
KUBE_GIT_TREE_STATE='archive'
KUBE_GIT_VERSION='v$version'
KUBE_GIT_MAJOR='1'
KUBE_GIT_MINOR='20'
TEXT
build() { # Kubernetes' own make, because kube-apiserver needs code that it generates first
  cd "$work/gopath/src/k8s.io/kubernetes" || return 1
  env -u GOFLAGS -u MAKEFLAGS PATH="$work/bin:$work/unpacked/usr/lib/go-1.19/bin:$work/unpacked/usr/bin:$PATH" HOME="$work" \
    GOROOT="$work/unpacked/usr/lib/go-1.19" GOPATH="$work/gopath" GOCACHE="$work/gocache" TMPDIR="$work" GO111MODULE=off CGO_ENABLED=0 \
    KUBE_GIT_VERSION_FILE="$work/version" make WHAT="$1" GOLDFLAGS='-s -w'
}
for name in kube-apiserver kube-scheduler kube-controller-manager; do
  step "building $name" build cmd/$name
done

stage() {
  rm -rf "$staged" && mkdir -p "$staged" && cp "$work/unpacked/usr/bin/etcd" "$staged/" &&
    cp "$work"/gopath/src/k8s.io/kubernetes/_output/bin/kube-{apiserver,scheduler,controller-manager} "$staged/" || return 1
  local name
  for name in kube-apiserver kube-scheduler kube-controller-manager; do "$staged/$name" --version | grep -q "v$version" || return 1; done
  "$staged/etcd" --version && rm -rf "$target" && mv "$staged" "$target"
}
step "moving the programs to $target" stage
rm -f "$target.lock"
say "[$((SECONDS - started)) s] done"
