# Read by the scripts beside it that fetch what the end-to-end tests need: how they speak, what they take, and an apt of their own.
# Expects usage(), and the seconds that fetching may take in $limit.

say() { echo "${0##*/}: $1" >&2; }
die() { say "$1"; exit "${2:-1}"; }
found() { echo "$1"; exit 0; }

take_arguments() { # arguments of the script: sets find_only
  find_only=no
  case $#:${1:-} in
    0:) ;;
    1:--find) find_only=yes ;;
    1:-h | 1:--help) usage; exit 0 ;;
    *) die "unknown arguments \"$*\"; see tests/${0##*/} --help" 2 ;;
  esac
}

expect_seconds() { # name, value, example
  case $2 in '' | *[!0-9]* | 0*) die "$1=\"$2\": expected whole seconds, for example $3" 2 ;; esac
}

expect_tools() { # what needs them, what to do without, tools...
  local what=$1 instead=$2 tool
  shift 2
  for tool in "$@"; do command -v "$tool" > /dev/null || die "$what needs $tool, which this machine lacks: $instead"; done
}

# apt with lists and cache of its own in $work: the machine's are neither used nor changed. Its sources are, unless a release is named: then its mirror, if it
# has one.
prepare_apt() { # a Debian release or nothing, kinds of packages (deb, deb-src)...
  local release=${1:-} keyring=/usr/share/keyrings/debian-archive-keyring.gpg kind
  mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,state} && : > "$work/apt/status" || die "cannot write to $work"
  apt_sources=()
  mirror=''
  if [ -n "$release" ]; then
    [ -r $keyring ] || die "fetching from $release needs $keyring: install debian-archive-keyring"
    mirror=$(apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2> /dev/null | sed -n 's/^Debian main //p' | head -n 1)
    mirror=${mirror:-http://deb.debian.org/debian}
    shift
    for kind in "$@"; do echo "$kind [signed-by=$keyring] $mirror $release main"; done > "$work/apt/sources.list"
    apt_sources=(-o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts=-)
  fi
  [ "$(id -u)" -ne 0 ] || chmod -R a+rX "$work"
}

private_apt() {
  timeout -k 15 "$limit" apt-get -o Dir::State="$work/apt/state" -o Dir::State::Lists="$work/apt/lists" -o Dir::State::status="$work/apt/status" \
    -o Dir::Cache="$work/apt/cache" "${apt_sources[@]}" -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 -o Acquire::Languages=none "$@" < /dev/null
}

attempt() { # what, command...: runs it quietly; its last lines are shown when it fails
  local what=$1
  shift
  say "$what"
  "$@" > "$work/log" 2>&1 < /dev/null || { tail -n 30 "$work/log" >&2; die "failed: $what"; }
}
