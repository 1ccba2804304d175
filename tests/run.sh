#!/usr/bin/env bash
# tests/run.sh                                   builds, checks the format, runs every test that CI runs
# tests/run.sh --full [--repeat N] [BACKEND]     the conformance suite, everything with the trait Category=Long, all tests of the backend's own, and the quick start, N times;
#                                                BACKEND: memory | local | consul | etcd | nacos | all (default); one result line a round
#   --no-build                                   takes what is built already, and does not check the format
# Real servers come from the folder that DISCOVERY_SERVERS names, else ../shared/servers; what is not there is skipped by name.
# The last line is always "N passed, N failed, N skipped". Results of the last run: artifacts/test-results.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
results=$root/artifacts/test-results
minutes=${DISCOVERY_TEST_MINUTES:-28}
threads=${DISCOVERY_TEST_THREADS:-2x} # of the long form: real servers let tests wait more than work
program_seconds=${DISCOVERY_TEST_PROGRAM_SECONDS:-300} # of the short form: each backend's tests are one program
usage() { sed -n '2,7s/^# \{0,1\}//p' tests/run.sh >&2; exit 2; }

full=false repeat=1 build=true backend=all
while [ $# -gt 0 ]; do
  case $1 in
    --full) full=true ;;
    --repeat) repeat=${2:-}; shift; [[ $repeat =~ ^[1-9][0-9]*$ ]] || usage ;;
    --no-build) build=false ;;
    memory|local|consul|etcd|nacos|all) backend=$1 ;;
    *) usage ;;
  esac
  shift
done
if ! $full && { [ "$repeat" != 1 ] || [ $backend != all ]; }; then usage; fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export NO_PROXY="127.0.0.1,localhost,::1${NO_PROXY:+,$NO_PROXY}"; export no_proxy=$NO_PROXY
# Compilers and build nodes that stay for the next build would outlive a run of CI.
if [ "${CI:-}" = true ]; then export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0; fi

passed=0 failed=0 skipped=0
say() { printf '%s\n' "$*"; }
kept() { find "$scratch" -name keep -path '*discovery-client-servers*'; } # the marks of test programs whose tests failed
finish() {
  local kept; for kept in $(kept); do find "$(dirname "$kept")" -name log -printf 'log kept: %p\n'; done
  say "$passed passed, $failed failed, $skipped skipped"
}
fail() { say "FAILED: $*"; failed=$((failed + 1)); }

# Everything that tests put aside, and the command lines of the servers they start, is below this folder.
scratch=$(mktemp -d /tmp/discovery-tests.XXXXXX)
children=()
cleanup() {
  for child in ${children[@]+"${children[@]}"}; do kill "$child" 2>/dev/null || true; done
  if [ -z "$(kept)" ]; then rm -rf "$scratch"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

child() { # runs a command so that a signal to this script ends it too
  "$@" </dev/null &
  children+=("$!")
  local code=0; wait "$!" || code=$?
  unset 'children[-1]'
  return $code
}

stray() { # processes below the scratch folder, by their command lines
  for line in /proc/[0-9]*/cmdline; do
    if { tr '\0' ' ' <"$line"; } 2>/dev/null | grep -qF "$scratch/"; then line=${line#/proc/}; say "${line%/cmdline}"; fi
  done
}

end_strays() {
  local deadline=$((SECONDS + 10)) pid left
  left=$(stray); while [ -n "$left" ] && [ $SECONDS -lt $deadline ]; do sleep 0.2; left=$(stray); done
  for pid in $left; do
    fail "$1 left a process behind: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)"
    kill -9 "$pid" 2>/dev/null || true
  done
}

build() {
  local log=$scratch/build.log
  say "== build"
  if ! child dotnet build Discovery.Client.sln -v q >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u | head -50 || tail -50 "$log"
    fail "the build"; finish; exit 1
  fi
  if grep -E ': warning |warning [A-Z]+[0-9]+' "$log" | sort -u; then fail "the build has warnings"; finish; exit 1; fi
  say "== format"
  if ! child dotnet format Discovery.Client.sln --verify-no-changes --no-restore >"$log" 2>&1; then head -30 "$log"; fail "the format"; fi
}

servers() {
  local folder=${DISCOVERY_SERVERS:-$root/../shared/servers} older=${XDG_CACHE_HOME:-$HOME/.cache}/discovery-older
  if [ ! -x "$folder/run" ]; then say "== no folder with server scripts ($folder): tests against real servers are skipped"; return; fi
  DISCOVERY_SERVERS=$(cd "$folder" && pwd); export DISCOVERY_SERVERS
  say "== servers: $DISCOVERY_SERVERS"
  timeout 300 "$DISCOVERY_SERVERS/install" >/dev/null </dev/null || say "could not be installed"
  # The same folder, lock and mark as in tests/Discovery.Client.Servers/Internal/OlderVersions.cs.
  local kind
  for kind in consul etcd; do
    if [ ! -x "$DISCOVERY_SERVERS/older/install-$kind.sh" ] || [ -e "$older/.$kind.complete" ]; then continue; fi
    mkdir -p "$older"
    ( flock 9
      if [ -e "$older/.$kind.complete" ]; then exit; fi
      code=0; timeout 300 "$DISCOVERY_SERVERS/older/install-$kind.sh" "$older" >"$scratch/older.log" 2>&1 </dev/null || code=$?
      # 141 is SIGPIPE: the scripts end with `version | head -1`, and now and then the first line is read before the server has written the next.
      if [ $code = 0 ] || { [ $code = 141 ] && compgen -G "$older/$kind*/usr/bin/$kind" >/dev/null; }; then touch "$older/.$kind.complete"; else exit $code; fi
    ) 9>"$older/.lock" || { say "an older $kind could not be fetched:"; tail -5 "$scratch/older.log"; }
  done
}

attribute() { sed -n "s/.* $2=\"\([^\"]*\)\".*/\1/p" <<<"$1"; }

count() { # adds a result file to the totals and to the list of skipped tests (REASON<tab>NAME)
  local assembly number
  assembly=$(grep -o '<assembly [^>]*>' "$1" | head -1)
  passed=$((passed + $(attribute "$assembly" passed))); skipped=$((skipped + $(attribute "$assembly" skipped)))
  number=$(($(attribute "$assembly" failed) + $(attribute "$assembly" errors))); failed=$((failed + number))
  { tr '\n' ' ' <"$1"; echo; } | sed 's/<test /\n<test /g' | sed -n 's/^<test [^\n]* name="\([^"]*\)" [^>]*result="Skip".*<reason>\(<!\[CDATA\[\)\{0,1\}\(.*\)<\/reason>.*/\3\t\1/p' \
    | sed -e 's/\]\]>\t/\t/' -e 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' >>"$results/skipped.txt"
}

run_tests() { # NAME FILTER...: one test program; says what fails (skipped tests are listed at the end)
  local name=$1 program=$root/artifacts/bin/$1/debug/$1 file=$results/$1.xml code=0 left=$((deadline - SECONDS)) limit=()
  shift
  if [ ! -x "$program" ]; then fail "$name is not built"; return; fi
  rm -f "$file"
  if [ $left -lt 1 ]; then fail "$name: no time left of $minutes minutes"; return; fi
  if ! $full && [ $left -gt $program_seconds ]; then left=$program_seconds; fi
  command -v timeout >/dev/null && limit=(timeout -k 20 "$left")
  TMPDIR=$scratch child ${limit[@]+"${limit[@]}"} "$program" -noColor -noLogo -reporter quiet -longRunning 120 -xml "$file" "$@" >"$results/$name.log" 2>&1 || code=$?
  awk '/ \[SKIP\]$/ { getline; next } { print }' "$results/$name.log"
  if [ -s "$file" ]; then
    local before=$failed; count "$file"
    # An exception on a thread of nobody's test is in no result file and may even end with 0.
    if grep -qF '[FATAL ERROR]' "$results/$name.log"; then fail "$name met an exception outside its tests"; fi
    if [ $code != 0 ] && [ $failed = "$before" ] && ! grep -q '<assembly [^>]* total="0"' "$file"; then fail "$name ended with $code"; fi
  else
    fail "$name ended with $code and without results$([ $code != 124 ] || say ": it took longer than $left s")"
  fi
  end_strays "$name"
}

show_skipped() {
  [ -s "$results/skipped.txt" ] || return 0
  say "== skipped, and why"
  sort -u "$results/skipped.txt" | awk -F '\t' '$1 != reason { reason = $1; print reason } { print "    " $2 }'
}

quick_start() { # BACKEND [SERVER [SETTING]]: 1 passed or 1 failed
  local arguments=() node port section=${1^} server=${2:-$1}
  [ -d samples/QuickStart ] || return 0
  case $1 in consul) port=8500 ;; etcd) port=2379 ;; nacos) port=8848 ;; esac
  if [ -n "${port:-}" ]; then
    local standard=$port data=$scratch/quickstart-$1
    if [ -z "${DISCOVERY_SERVERS:-}" ]; then skipped=$((skipped + 1)); printf 'Server missing: %s: there is no folder with server scripts\tQuickStart on %s\n' "$1" "$1" >>"$results/skipped.txt"; return 0; fi
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 10)); done
    local patience=(); if [ $1 = nacos ]; then patience=(-- db.pool.config.connectionTimeout=60000); fi # its database need not open within 3 s
    mkdir -p "$data/temp" # what Java unpacks and leaves when it is killed
    JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} -Djava.io.tmpdir=$data/temp" "$DISCOVERY_SERVERS/run" "$server" "$data" "$port" ${patience[@]+"${patience[@]}"} >"$data.log" 2>&1 </dev/null & node=$!
    children=("$node")
    if ! "$DISCOVERY_SERVERS/ready" "$server" "$port" 60; then fail "$server for the quick start did not start: $(tail -3 "$data.log")"; return 0; fi
    arguments=("--Discovery:Backend=$1"); [ -z "${3:-}" ] || arguments+=("--Discovery:$section:$3"); [ "$port" = "$standard" ] || arguments+=("--Discovery:$section:Endpoints:0=http://127.0.0.1:$port")
  fi
  if TMPDIR=$scratch child timeout 180 dotnet run --no-build --project samples/QuickStart -- ${arguments[@]+"${arguments[@]}"} >"$scratch/quickstart.log" 2>&1
  then passed=$((passed + 1)); else tail -40 "$scratch/quickstart.log"; fail "the quick start on $*"; fi
  if [ -n "${node:-}" ]; then kill -9 "$node" 2>/dev/null || true; wait "$node" 2>/dev/null || true; children=(); rm -rf "$scratch/quickstart-$1"; fi
  end_strays "the quick start on $*"
}

projects() { for project in tests/*.Tests/*.csproj; do basename "$project" .csproj; done; }

filters() { # the query filters of the long form, one a line: conformance and Category=Long, of one backend or of all
  local word=${backend^}
  if [ $backend = all ]; then printf '%s\n' -filter '/*/*/*Conformance*/*' -filter '/*/*/*/*[Category=Long]'
  else printf '%s\n' -filter "/*/*/(*$word*)&(*Conformance*)/*" -filter "/*/*$word*/*Conformance*/*" -filter "/*/*/*$word*/*[Category=Long]" -filter "/*/*$word*/*/*[Category=Long]" -filter "/*.$word.Tests/*/*/*" -filter "/*.QuickStart.Tests/*/*/*$word*"; fi
}

mkdir -p "$results"; rm -f "$results"/*
deadline=$((SECONDS + minutes * 60))
if $build; then build; fi
servers
if ! $full; then
  for name in $(projects); do
    say "== $name"
    run_tests "$name" -trait- Category=Long
  done
  show_skipped
else
  commit=$(git rev-parse --short=12 HEAD 2>/dev/null || say unknown); [ -z "$(git status --porcelain 2>/dev/null)" ] || commit+=-changed
  mapfile -t chosen < <(filters)
  total=(0 0 0)
  for ((round = 1; round <= repeat; round++)); do
    passed=0 skipped=0 began=$SECONDS deadline=$((SECONDS + minutes * 60)); before=$failed
    for name in $(projects); do run_tests "$name" -maxThreads "$threads" "${chosen[@]}"; done
    for each in local consul etcd; do if [ $backend = all ] || [ $backend = $each ]; then quick_start $each; fi; done
    if [ $backend = all ] || [ $backend = nacos ]; then for each in nacos2 nacos3; do quick_start nacos $each Transport=Http; quick_start nacos $each Transport=Grpc; done; fi
    say "$commit $(date -u +%Y-%m-%dT%H:%M:%SZ) $backend round $round of $repeat: $passed passed, $((failed - before)) failed, $skipped skipped in $((SECONDS - began)) s"
    total=($((total[0] + passed)) 0 $((total[2] + skipped)))
  done
  passed=${total[0]} skipped=${total[2]}
  show_skipped
fi
if [ $((passed + failed)) = 0 ]; then fail "nothing ran"; fi
finish
[ $failed = 0 ]
