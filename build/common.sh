# shellcheck shell=bash
# Functions shared by ./crawl and ./test: messages, the build, finding and installing Chromium and Azurite. To be sourced.
# The sourcing script must set root (the repository) and name (its own name, for messages).
: "${root:?}" "${name:?}"

cli_output="$root/src/FunctionsCrawler.Cli/bin/Release/net10.0"
cli_app="$cli_output/crawl"
artifacts="$root/artifacts"
scratch=""

say() { printf '%s: %s\n' "$name" "$*" >&2; }

die() {
  say "$*"
  exit 2
}

# Creates a temp folder, once. The trap does not survive an exec, so call remove_scratch before one.
make_scratch() {
  [[ -n "$scratch" ]] && return
  scratch="$(mktemp -d)"
  trap remove_scratch EXIT
}

remove_scratch() {
  [[ -n "$scratch" ]] && rm -rf "$scratch"
  scratch=""
}

# Runs a command and shows its output only if it fails.
quietly() {
  local log="$scratch/log" code=0
  "$@" >"$log" 2>&1 </dev/null || code=$?
  ((code == 0)) || cat "$log" >&2
  return "$code"
}

# Runs a build and says which projects are done, so that a first build is not a minute of silence. Shows the errors when
# it fails.
with_progress() {
  local log="$scratch/log" line restoring="" started=$SECONDS code=0
  "$@" </dev/null 2>&1 | while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log.build"
    case "$line" in
      *"Determining projects to restore"*)
        [[ -n "$restoring" ]] || say "  restoring packages…"
        restoring=1
        ;;
      *" -> "*)
        line="${line%% -> *}"
        say "  ${line//[[:space:]]/} built ($((SECONDS - started)) s)"
        ;;
    esac
  done || code=$?
  if ((code != 0)); then
    grep -E '(error|fatal) ' "$log.build" | sort -u >&2 || cat "$log.build" >&2
  fi
  rm -f "$log.build"
  return "$code"
}

# Runs a step under a lock, so that no other ./crawl or ./test builds or installs at the same time. The lock's descriptor is
# closed for the step's children, because a process that outlives the step must not keep the lock.
exclusively() {
  mkdir -p "$artifacts"
  (
    flock 9
    "$@" 9>&-
  ) 9>"$artifacts/lock"
}

# --- the build ---

find_dotnet() {
  # The default folder of Microsoft's dotnet-install.sh, which does not change PATH.
  if ! command -v dotnet >/dev/null && [[ -x "${HOME:-}/.dotnet/dotnet" ]]; then
    export PATH="$HOME/.dotnet:$PATH"
  fi
  local dotnet
  dotnet="$(command -v dotnet)" || return
  # Without DOTNET_ROOT, a built program looks for the runtime only in the system-wide locations.
  dotnet="$(dirname "$(readlink -f "$dotnet")")"
  if [[ -z "${DOTNET_ROOT:-}" && -d "$dotnet/shared" ]]; then
    export DOTNET_ROOT="$dotnet"
  fi
}

# Runs the SDK without banners and telemetry, without servers that stay behind, and with temp files where the trap removes
# them. Some build machines have no home folder; use one in artifacts, so that packages are not fetched for each build.
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
    || die "the .NET SDK was not found; install .NET 10: https://dot.net/download, or 'apt-get install dotnet-sdk-10.0'"
  sdk --version >/dev/null 2>&1 \
    || die "the .NET SDK that global.json requires (10.0) is not installed; see https://dot.net/download"
}

# fingerprint TARGET: a checksum over names, sizes and times of all inputs of a build. Comparing times with the last build
# would miss files that were deleted or restored with their old times.
fingerprint() {
  (
    cd "$root" || exit
    sources=(src global.json .editorconfig ./*.props ./*.txt)
    [[ "$1" == crawl ]] || sources+=(tests ./*.sln ./*.slnf host.json)
    find "${sources[@]}" \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | cksum
  )
}

# is_built TARGET: whether TARGET was built from the current sources.
is_built() {
  [[ -x "$cli_app" && -f "$artifacts/$1.stamp" && "$(<"$artifacts/$1.stamp")" == "$(fingerprint "$1")" ]]
}

# build TARGET PROJECT [ARGUMENT...]: builds TARGET unless it is up to date, because another process may have built it while
# this one waited for the lock. Call it through exclusively.
build() {
  local target="$1" project="$2" sources cli_sources
  shift 2
  is_built "$target" && return
  say "building once, which takes about a minute…"
  # Taken before the build, so that files edited during the build are built the next time.
  sources="$(fingerprint "$target")"
  cli_sources="$(fingerprint crawl)"
  rm -f "$artifacts"/{"$target",crawl}.stamp
  with_progress sdk build "$root/$project" -c Release -v m -nologo -clp:NoSummary \
    -nodeReuse:false -p:UseSharedCompilation=false "$@" || return
  # Every target includes the command line.
  printf '%s\n' "$cli_sources" >"$artifacts/crawl.stamp"
  printf '%s\n' "$sources" >"$artifacts/$target.stamp"
}

# --- Debian packages ---

can_apt() { [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; }

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"; }

# The package lists of a fresh machine are empty or outdated: update them if the first attempt fails.
apt_install() {
  apt_get install --no-install-recommends "$@" >/dev/null 2>&1 </dev/null && return
  quietly apt_get update && quietly apt_get install --no-install-recommends "$@"
}

# --- Chromium ---

# Whether the crawler will find a Chromium: checks the same locations as ChromiumLocator, which reports a wrong
# CRAWL_CHROMIUM.
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

# Call it through exclusively.
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
    # The installer repeats its error with stack traces; the first line gives the reason.
    say "the download failed: $(sed -n '/^Error: /{s///p;q}' "$scratch/log")"
  fi
  return 1
}

# --- Azurite ---

azurite_main="$artifacts/azurite/node_modules/azurite/dist/src/azurite.js"

# Whether the version of the lock file is installed, or CRAWL_AZURITE names another one.
has_azurite() {
  [[ -n "${CRAWL_AZURITE:-}" ]] && return
  [[ -f "$azurite_main" ]] && cmp -s "$root/tests/azurite/package-lock.json" "$artifacts/azurite/package-lock.json"
}

has_npm() { command -v node >/dev/null && command -v npm >/dev/null; }

# install_packages FOLDER NAME: installs what the lock file of tests/FOLDER lists into artifacts/FOLDER.
install_packages() {
  local folder="$1" what="$2"
  if ! has_npm && can_apt; then
    say "installing nodejs and npm with apt-get…"
    apt_install nodejs npm || true
  fi
  if ! has_npm; then
    say "npm was not found, so $what cannot be installed; tests that need it are skipped"
    return 1
  fi
  say "installing $what with npm…"
  # Move it to its place only when the installation is complete.
  mkdir "$scratch/$folder"
  cp "$root/tests/$folder"/package{,-lock}.json "$scratch/$folder"
  if ! quietly npm ci --prefix "$scratch/$folder" --cache "$scratch/npm" --ignore-scripts --no-audit --no-fund \
    --no-update-notifier; then
    say "$what could not be installed; tests that need it are skipped"
    return 1
  fi
  rm -rf "${artifacts:?}/$folder"
  mv "$scratch/$folder" "$artifacts/$folder"
}

# Call it through exclusively.
install_azurite() {
  has_azurite || install_packages azurite Azurite
}

# --- clients of other crawlers ---

has_judges() {
  [[ -d "$artifacts/judges/node_modules" ]] \
    && cmp -s "$root/tests/judges/package-lock.json" "$artifacts/judges/package-lock.json"
}

# Call it through exclusively.
install_judges() {
  has_judges || install_packages judges "the clients of other crawlers"
}
