# shellcheck shell=bash
# What ./crawl and ./test share: messages, the build, finding or installing a Chromium and Azurite. Sourced, never run.
# The sourcing script has set root, the repository, and name, its own name for messages.
: "${root:?}" "${name:?}"

cli_output="$root/src/FunctionsCrawler.Cli/bin/Release/net10.0"
cli_app="$cli_output/FunctionsCrawler.Cli"
artifacts="$root/artifacts"
scratch=""

say() { printf '%s: %s\n' "$name" "$*" >&2; }

die() {
  say "$*"
  exit 2
}

# A temp folder of our own for the steps that need one. The trap does not survive an exec: call remove_scratch before.
make_scratch() {
  [[ -n "$scratch" ]] && return
  scratch="$(mktemp -d)"
  trap remove_scratch EXIT
}

remove_scratch() {
  [[ -n "$scratch" ]] && rm -rf "$scratch"
  scratch=""
}

# Runs a command and shows what it printed only when it fails.
quietly() {
  local log="$scratch/log" code=0
  "$@" >"$log" 2>&1 </dev/null || code=$?
  ((code == 0)) || cat "$log" >&2
  return "$code"
}

# Runs a step while no other start of ./crawl or ./test is building or installing. The lock's descriptor is closed for
# the step's children: whatever outlives them must not hold the lock.
exclusively() {
  mkdir -p "$artifacts"
  (
    flock 9
    "$@" 9>&-
  ) 9>"$artifacts/lock"
}

# --- the build ---

find_dotnet() {
  # Where Microsoft's dotnet-install.sh puts it, without touching PATH.
  if ! command -v dotnet >/dev/null && [[ -x "${HOME:-}/.dotnet/dotnet" ]]; then
    export PATH="$HOME/.dotnet:$PATH"
  fi
  local dotnet
  dotnet="$(command -v dotnet)" || return
  # A built program looks for the runtime in the system's places only, unless it is told.
  dotnet="$(dirname "$(readlink -f "$dotnet")")"
  if [[ -z "${DOTNET_ROOT:-}" && -d "$dotnet/shared" ]]; then
    export DOTNET_ROOT="$dotnet"
  fi
}

# The SDK as the build wants it: silent about itself, no server left behind, temp files where the trap removes them.
# Some build machines have no home. The packages are kept all the same, or each build would fetch them again.
sdk() {
  local home="${HOME:-}"
  if [[ -z "$home" || ! -w "$home" ]]; then
    home="$artifacts/home"
    mkdir -p "$home"
  fi
  (
    cd "$root" || exit
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
    export DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_ADD_GLOBAL_TOOLS_TO_PATH=false
    export MSBUILDDISABLENODEREUSE=1 TMPDIR="$scratch"
    HOME="$home" DOTNET_CLI_HOME="${DOTNET_CLI_HOME:-$home}" exec dotnet "$@"
  )
}

require_sdk() {
  command -v dotnet >/dev/null \
    || die "there is no .NET SDK; install .NET 10: https://dot.net/download, or 'apt-get install dotnet-sdk-10.0'"
  sdk --version >/dev/null 2>&1 \
    || die "the .NET SDK that global.json asks for (10.0) is not installed; see https://dot.net/download"
}

# fingerprint TARGET: names, sizes and times of all that goes into a build. A mere comparison with the age of the last
# build would miss files that were deleted, or put back with their old times.
fingerprint() {
  (
    cd "$root" || exit
    sources=(src global.json .editorconfig ./*.props ./*.txt)
    [[ "$1" == crawl ]] || sources+=(tests ./*.sln ./*.slnf host.json)
    find "${sources[@]}" \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | cksum
  )
}

# is_built TARGET: whether TARGET was built from the sources as they are.
is_built() {
  [[ -x "$cli_app" && -f "$artifacts/$1.stamp" && "$(<"$artifacts/$1.stamp")" == "$(fingerprint "$1")" ]]
}

# build TARGET PROJECT [ARGUMENT...]: to be called exclusively. Another start may have built it while we waited.
build() {
  local target="$1" project="$2" sources cli_sources
  shift 2
  is_built "$target" && return
  say "building (once)…"
  # Taken before the build: what is edited meanwhile is built the next time.
  sources="$(fingerprint "$target")"
  cli_sources="$(fingerprint crawl)"
  rm -f "$artifacts"/{"$target",crawl}.stamp
  quietly sdk build "$root/$project" -c Release -v q -nologo "-clp:ErrorsOnly;NoSummary" \
    -nodeReuse:false -p:UseSharedCompilation=false "$@" || return
  # Every target contains the command line.
  printf '%s\n' "$cli_sources" >"$artifacts/crawl.stamp"
  printf '%s\n' "$sources" >"$artifacts/$target.stamp"
}

# --- packages of Debian ---

can_apt() { [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; }

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"; }

# The package lists of a fresh machine are empty or old: they are fetched when the first attempt fails.
apt_install() {
  apt_get install --no-install-recommends "$@" >/dev/null 2>&1 </dev/null && return
  quietly apt_get update && quietly apt_get install --no-install-recommends "$@"
}

# --- Chromium ---

# Whether the crawler will find a Chromium: the places of ChromiumLocator. A wrong CRAWL_CHROMIUM is its to report.
has_chromium() {
  [[ -n "${CRAWL_CHROMIUM:-}" ]] && return
  local downloads="${PLAYWRIGHT_BROWSERS_PATH:-${HOME:-}/.cache/ms-playwright}" candidate
  if [[ -d "$downloads" && -n "$(find "$downloads" -maxdepth 4 -path '*/chromium*' -type f \
    \( -name headless_shell -o -name chrome-headless-shell -o -name chrome \) -print -quit)" ]]; then
    return
  fi
  for candidate in /usr/lib/chromium/chromium{-headless-shell,} /opt/google/chrome/chrome \
    /usr/lib/chromium-browser/chromium-browser /snap/bin/chromium; do
    [[ -x "$candidate" ]] && return
  done
  for candidate in chrome-headless-shell chromium-headless-shell google-chrome-stable google-chrome chromium \
    chromium-browser; do
    command -v "$candidate" >/dev/null && return
  done
  return 1
}

# To be called exclusively.
install_chromium() {
  has_chromium && return
  if can_apt; then
    say "installing chromium-headless-shell with apt-get…"
    apt_install chromium-headless-shell && return
  fi
  local driver="$cli_output/.playwright" node
  node="$(find "$driver/node" -name node -type f -print -quit 2>/dev/null)"
  if [[ -n "$node" ]]; then
    say "downloading a Chromium with Playwright's installer…"
    TMPDIR="$scratch" "$node" "$driver/package/cli.js" install --only-shell chromium \
      >"$scratch/log" 2>&1 </dev/null && return
    # It repeats itself with stack traces; the first line says why.
    say "that failed: $(sed -n '/^Error: /{s///p;q}' "$scratch/log")"
  fi
  return 1
}

# --- Azurite ---

azurite_main="$artifacts/azurite/node_modules/azurite/dist/src/azurite.js"

# Whether the version that is locked is installed, or another one is named.
has_azurite() {
  [[ -n "${CRAWL_AZURITE:-}" ]] && return
  [[ -f "$azurite_main" ]] && cmp -s "$root/tests/azurite/package-lock.json" "$artifacts/azurite/package-lock.json"
}

has_npm() { command -v node >/dev/null && command -v npm >/dev/null; }

# To be called exclusively.
install_azurite() {
  has_azurite && return
  if ! has_npm && can_apt; then
    say "installing nodejs and npm with apt-get…"
    apt_install nodejs npm || true
  fi
  if ! has_npm; then
    say "there is no npm to install Azurite with; tests that need it are skipped"
    return 1
  fi
  say "installing Azurite with npm…"
  # It gets its place when it is whole.
  mkdir "$scratch/azurite"
  cp "$root"/tests/azurite/package{,-lock}.json "$scratch/azurite"
  if ! quietly npm ci --prefix "$scratch/azurite" --cache "$scratch/npm" --ignore-scripts --no-audit --no-fund \
    --no-update-notifier; then
    say "Azurite could not be installed; tests that need it are skipped"
    return 1
  fi
  rm -rf "$artifacts/azurite"
  mv "$scratch/azurite" "$artifacts/azurite"
}
