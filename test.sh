#!/usr/bin/env bash
# Builds the solution and runs every test. Needs the .NET SDK and the package registries, nothing else.
# Written for bash 3.2 and plain POSIX tools, so that it runs on a fresh Linux or macOS machine.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

usage() {
  cat <<'TEXT'
Usage: ./test.sh [options]

Builds the solution and runs every test. The last line is "N passed, N failed", with ", N skipped" when tests were
skipped. The exit code is 0 only if everything built, at least one test ran and none failed.

Options:
  --filter EXPRESSION   run only matching tests (the filter language of dotnet test)
  --project NAME        build and run one test project: Core, Kubernetes, Server, Cli, EndToEnd
  --browser             install Chromium for the tests in a browser, and Node.js with npm for those with a gRPC client, if they are
                        missing (Debian's packages, with apt-get); without it they are skipped where there is none
  --control-plane       build a Kubernetes control plane for the tests with one if it is missing (Debian's source, once, about
                        10 minutes; see tests/control-plane.sh --help), and fetch a Prometheus server and kubectl likewise (seconds; see
                        tests/prometheus.sh and tests/kubectl.sh); without it such tests are skipped where there is none
  --no-build            use the build that is there
  --configuration NAME  Debug or Release; default Release
  -h, --help            this text

Examples:
  ./test.sh
  ./test.sh --project Core
  ./test.sh --filter FullyQualifiedName~PlacementEngine
  ./test.sh --control-plane --project EndToEnd
  ./test.sh --project Core --filter "DisplayName~Plan&Category!=Long"
  UPDATE_GOLDEN=1 ./test.sh --project Core --filter FullyQualifiedName~PublicApi

Environment:
  TOPOSCHEDULER_DATA   folder of third-party test data; default ../shared/data. Where it is absent, tests that need it
                       are skipped, or fail when CI is set.
  KUBEBUILDER_ASSETS   folder of etcd, kube-apiserver, kube-scheduler and kube-controller-manager of any version, in place of
                       those that --control-plane builds
  CI                   set: implies --browser and --control-plane, and what would be skipped for want of something fails
  TEST_TIMEOUT         seconds the build and the tests may each take; default 600, with --control-plane 1200
TEXT
}

die() { echo "test.sh: $1; see ./test.sh --help" >&2; exit 2; }

filter='' project='' build=yes configuration=Release browser=${CI:+yes} control_plane=${CI:+yes}
while [ $# -gt 0 ]; do
  case $1 in
    --filter|--project|--configuration)
      [ $# -ge 2 ] && [ -n "$2" ] || die "$1 needs a value"
      case $1 in --filter) filter=$2 ;; --project) project=$2 ;; *) configuration=$2 ;; esac
      shift 2 ;;
    --no-build) build=no; shift ;;
    --browser) browser=yes; shift ;;
    --control-plane) control_plane=yes; shift ;;
    -h|--help) usage; exit 0 ;;
    *) die "unknown option \"$1\"" ;;
  esac
done

# A control plane starts in seconds, but tests that wait for what it does add up.
time_limit=${TEST_TIMEOUT:-600}
[ "$control_plane" != yes ] || time_limit=${TEST_TIMEOUT:-1200}
case $time_limit in *[!0-9]* | 0*) die "TEST_TIMEOUT=\"$TEST_TIMEOUT\": expected whole seconds, for example 600" ;; esac

target=TopoScheduler.sln
if [ -n "$project" ]; then
  assembly=TopoScheduler.$project.Tests
  [ "$project" = EndToEnd ] && assembly=TopoScheduler.EndToEnd
  target=tests/$assembly/$assembly.csproj
  [ -f "$target" ] || die "no test project \"$project\""
fi
command -v dotnet > /dev/null || die "dotnet is not on the PATH: install the .NET SDK named in global.json"

# No build server outlives this script: not MSBuild's worker nodes, not the compiler server.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

# Runs a command with no standard input and, where there is a timeout command, a limit on its time.
bounded() {
  if command -v timeout > /dev/null; then
    timeout -k 15 "$time_limit" "$@" < /dev/null
  else
    "$@" < /dev/null
  fi
}

finish() { # passed failed skipped
  local line="$1 passed, $2 failed"
  [ "$3" -gt 0 ] && line="$line, $3 skipped"
  echo "$line"
  [ "$2" -eq 0 ] && [ "$1" -gt 0 ]
  exit
}

install() { # a package of Debian that tests need
  if ! command -v apt-get > /dev/null; then
    echo "There is no $1 and no apt-get to install it with."
    return
  fi
  echo "Installing $1"
  local root=''
  [ "$(id -u)" -eq 0 ] || root='sudo -n'
  { bounded $root apt-get update && bounded $root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"; } > /dev/null ||
    echo "$1 could not be installed."
}

# The tests in a browser and those with a control plane are in one project; nothing else needs what they need.
if [ -z "$project" ] || [ "$project" = EndToEnd ]; then
  [ "$browser" != yes ] || command -v chromium > /dev/null || install chromium
  # The stock gRPC client is a Node.js program.
  [ "$browser" != yes ] || command -v npm > /dev/null || install npm
  if [ "$control_plane" = yes ]; then
    # The script has a limit of its own.
    if plane=$(bash tests/control-plane.sh < /dev/null); then
      echo "Control plane: $plane"
    else
      echo "There is no control plane to test with."
    fi
    if prometheus=$(bash tests/prometheus.sh < /dev/null); then
      echo "Prometheus: $prometheus"
    else
      echo "There is no Prometheus to test with."
    fi
    if kubectl=$(bash tests/kubectl.sh < /dev/null); then
      echo "kubectl: $kubectl"
    else
      echo "There is no kubectl to test with."
    fi
    # A clock that tests can set for one process.
    ls /usr/lib/*/faketime/libfaketimeMT.so.1 > /dev/null 2>&1 || install libfaketime
  fi
fi

if [ $build = yes ]; then
  echo "Building $target ($configuration)"
  bounded dotnet msbuild "$target" -restore -p:Configuration="$configuration" -m:2 -v:quiet -nologo -nodeReuse:false
  code=$?
  if [ $code -ne 0 ]; then
    [ $code -ge 124 ] && echo "The build did not end within $time_limit s."
    echo "The build failed; no test ran. It counts as one failure."
    finish 0 1 0
  fi
fi

# One run over all test assemblies, two at a time: one results file, and one line per assembly on the console.
set --
for folder in tests/TopoScheduler.${project:-*}.Tests tests/TopoScheduler.EndToEnd; do
  case $project in '') ;; EndToEnd) [ -d "$folder" ] || continue ;; *) [ "$folder" != tests/TopoScheduler.EndToEnd ] || continue ;; esac
  assembly=$folder/bin/$configuration/net10.0/${folder##*/}.dll
  [ -f "$assembly" ] || die "no $assembly: run without --no-build"
  set -- "$@" "$assembly"
done
results=$PWD/TestResults
rm -rf "$results"
echo "Testing"
# A test that is still running after half the time is named and ends the run; its memory dump helps nobody.
set -- "$@" --nologo --parallel --results-directory "$results"
set -- "$@" --blame-hang-timeout "$((time_limit * 500))ms" --blame-hang-dump-type mini
set -- "$@" --logger "trx;LogFileName=tests.trx" --logger "console;verbosity=minimal"
[ -n "$filter" ] && set -- "$@" --filter "$filter"
bounded dotnet test "$@" -- RunConfiguration.MaxCpuCount=2 2>&1 | sed '/^Data collector .Blame. message: All tests finished/d'
code=${PIPESTATUS[0]}
find "$results" -name '*.dmp' -delete 2> /dev/null

counter() { # attribute of the results file's Counters element; 0 without a results file
  local n
  n=$(grep -o '<Counters [^>]*' "$results/tests.trx" 2> /dev/null | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p")
  echo "${n:-0}"
}

passed=$(counter passed)
total=$(counter total)
executed=$(counter executed)
failed=$((executed - passed))
skipped=$((total - executed))
if [ $code -ne 0 ] && [ $failed -eq 0 ]; then
  [ $code -ge 124 ] && echo "The tests did not end within $time_limit s."
  echo "A test project did not run to its end. It counts as one failure."
  failed=1
elif [ "$executed" -eq 0 ]; then
  echo "No test ran."
fi
finish "$passed" "$failed" "$skipped"
