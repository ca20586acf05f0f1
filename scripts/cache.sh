# Where do the scripts keep things, and how is one fetched only once? Sourced by every script.
# shellcheck shell=bash disable=SC2034

shopt -s inherit_errexit 2>/dev/null || true # bash 3.2 has no such option
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$scripts/versions.sh"

# `cache` may be deleted at any time; `run` holds pids, sockets and logs of what is running now.
cache=${NAVIGATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/helm-navigator}
run=${NAVIGATOR_RUN:-${TMPDIR:-/tmp}/helm-navigator-run}
registry=127.0.0.1:5000

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# locked NAME COMMAND…: no two of these run at the same time, in whichever process.
locked() (
  set -e
  mkdir -p "$(dirname "$cache/$1")"
  # Not on macOS; there a second run at the same time is on its own.
  if command -v flock >/dev/null; then
    exec 9>"$cache/$1.lock"
    flock 9
  fi
  shift
  "$@"
)

# once KEY COMMAND…: prints the folder KEY of the cache. If it is not there, COMMAND first fills a folder
# given as its last argument, which gets its name only when it is whole.
once() {
  [ -d "$cache/$1" ] || locked "$1" fill "$@" >&2
  printf '%s\n' "$cache/$1"
}

fill() {
  local folder=$cache/$1
  shift
  [ ! -d "$folder" ] || return 0
  rm -rf "$folder.part"
  mkdir "$folder.part"
  "$@" "$folder.part"
  mv "$folder.part" "$folder"
}

# wheel REQUIREMENT FOLDER [PIP-OPTION…]: unpacks one wheel from PyPI; its programs land in FOLDER/bin.
wheel() {
  say "fetch $1 from PyPI"
  python3 -m pip --version >/dev/null 2>&1 || locked apt install_packages python3-pip
  PIP_USER=0 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check \
    --no-cache-dir --no-deps --no-compile --only-binary :all: --target "$2" "${@:3}" "$1"
}

# need PROGRAM:PACKAGE…: installs the Debian packages of the programs that are not on PATH.
need() {
  local missing=() each
  for each in "$@"; do
    command -v "${each%%:*}" >/dev/null || missing+=("${each##*:}")
  done
  [ ${#missing[@]} = 0 ] || locked apt install_packages "${missing[@]}"
}

install_packages() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then fail "please install: $*"; fi
  say "install $* (apt-get)"
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

# check_sum FILE SHA256
check_sum() {
  local sum
  sum=$(sha256sum "$1" 2>/dev/null || shasum -a 256 "$1")
  [ "${sum%% *}" = "$2" ] || fail "$1 has SHA-256 ${sum%% *}, expected $2"
}

# is_linux_x64: several ready-made binaries exist for this platform only.
is_linux_x64() { [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; }

# go_install MODULE@VERSION LDFLAGS FOLDER: builds one program from the Go module proxy into FOLDER.
go_install() {
  say "build $1 with Go (some minutes)"
  GOBIN=$3 go_tool install -trimpath -ldflags "-s -w $2" "$1"
}

# go_tool ARGUMENT…: the pinned Go, with its caches in ours.
go_tool() {
  local go
  go=$("$scripts/tools/go")
  # Without -modcacherw its module cache cannot be deleted by a plain rm -r.
  CGO_ENABLED=0 GOTOOLCHAIN=local GOMODCACHE=$cache/go/modules GOCACHE=${go_cache:-$cache/go/build} \
    GOFLAGS="-modcacherw ${GOFLAGS:-}" "$go" "$@" 2> >(grep -v '^go: downloading ' >&2)
}
