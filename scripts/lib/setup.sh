# Sets up what the machine lacks, inside the clone. Sourced by the scripts beside this directory.
#
# Everything lands in .tools, which git ignores; removing it undoes the set-up:
#   .tools/runtime, .tools/test   Python environments, from the locks with their hashes
#   .tools/tor, .tools/tmux, …    the distribution's package and those of its dependencies that are
#                                 missing, unpacked and not installed: that needs no root, and root
#                                 does not do otherwise, for Debian's tor package starts a daemon
# Packages are unpacked under .tools/tmp.* and renamed when they are whole; an environment counts
# only once its stamp is written. All of it happens under one lock, so a run that was interrupted
# is made good by the next one, and two first runs wait for one another.

clone=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
tools=$clone/.tools
locks=$clone/scripts/locks
faketime=

# The clone's code and the locked packages, whatever the caller's directory and environment hold.
# The program's own children inherit this.
export PYTHONSAFEPATH=1 PYTHONNOUSERSITE=1
unset PYTHONPATH PYTHONHOME

say() { printf 'entrechat: %s\n' "$*" >&2; }

stop() {  # STATUS SENTENCE
  say "$2"
  exit "$1"
}

attempt() {  # SENTENCE COMMAND…
  say "$1"
  "${@:2}" >>"$scratch/log" 2>&1 </dev/null
}

lacks() {  # THING…: what only the person can install
  local all
  all=$(printf ' and %s' "$@")
  stop 3 "this machine lacks ${all:5}: install it with the system's package manager, then run this again."
}

step() {  # SENTENCE COMMAND…
  attempt "$@" && return
  tail -n 15 "$scratch/log" >&2
  stop 1 "set-up stopped at: $1. What was said last is above; to try again, run the same command."
}

# --- what a tool is: has_NAME looks for it, PACKAGE, PROGRAMS and ADVICE say how to come by it

has_tor() {
  local said
  command -v tor-gencert >/dev/null && said=$(tor --version 2>/dev/null) || return 1
  [[ $said =~ ([0-9]+)\.([0-9]+)\.([0-9]+) ]] || return 1
  ((BASH_REMATCH[1] * 1000000 + BASH_REMATCH[2] * 1000 + BASH_REMATCH[3] >= 4008))
}

has_tmux() { tmux -V >/dev/null 2>&1; }

has_faketime() {
  local library
  for library in {,"$tools/faketime"}/usr/lib/*/faketime/libfaketimeMT.so.1; do
    [ -e "$library" ] && faketime=$library && return
  done
  return 1
}

declare -A PACKAGE=([tor]=tor [tmux]=tmux [faketime]=libfaketime [pip]=python3-pip-whl)
declare -A PROGRAMS=([tor]="tor tor-gencert" [tmux]=tmux [faketime]= [pip]=)
declare -A ADVICE=(
  [tor]="tor 0.4.8 or later (with tor-gencert)"
  [tmux]="tmux"
  [faketime]="libfaketime"
  [pip]="pip for Python (or uv)"
)

ready() {  # NAME
  "has_$1" && return
  [ -d "$tools/$1/bin" ] && PATH=$tools/$1/bin:$PATH "has_$1"
}

use() {  # NAME, which is ready
  "has_$1" || export PATH="$tools/$1/bin:$PATH"
}

# --- distribution packages, without root

have_packages() { command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; }

apt() {
  # Own lists and cache: the system's may be empty, stale, or closed to this user. Signatures are
  # checked with the system's keys as ever.
  LC_ALL=C apt-get -q \
    -o Dir::State="$scratch/apt" -o Dir::State::status=/var/lib/dpkg/status \
    -o Dir::Cache="$scratch/apt/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
    -o Acquire::Languages=none "$@"
}

wrap() {  # TREE PROGRAM
  local directory directories=
  for directory in "$1"/usr/lib/*-linux-gnu* "$1"/lib/*-linux-gnu*; do
    [ -d "$directory" ] && directories+="${directories:+:}\$tree${directory#"$1"}"
  done
  mkdir -p "$1/bin"
  printf '%s\n' '#!/bin/sh' 'tree=${0%/*}/..' \
    ${directories:+"export LD_LIBRARY_PATH=\"$directories\""} \
    "exec \"\$tree/usr/bin/$2\" \"\$@\"" >"$1/bin/$2"
  chmod +x "$1/bin/$2"
}

fetch() {  # NAME: its package, unpacked in $scratch/NAME
  local archive
  have_packages || lacks "${ADVICE[$1]}"
  if [ ! -d "$scratch/apt" ]; then
    mkdir -p "$scratch"/apt/{lists,cache/archives}/partial
    # A source that fails need not be the one that matters; the download tells.
    attempt "reading the distribution's package lists" apt update || true
  fi
  step "fetching ${PACKAGE[$1]} (unpacked into .tools, not installed)" \
    apt install --yes --no-install-recommends --download-only "${PACKAGE[$1]}"
  mkdir -p "$scratch/$1"
  for archive in "$scratch"/apt/cache/archives/*.deb; do
    [ ! -e "$archive" ] || dpkg-deb -x "$archive" "$scratch/$1"
  done
  rm -f "$scratch"/apt/cache/archives/*.deb
}

unpack() {  # NAME
  local program
  fetch "$1"
  for program in ${PROGRAMS[$1]}; do wrap "$scratch/$1" "$program"; done
  rm -rf "${tools:?}/$1"
  mv "$scratch/$1" "$tools/$1"
  ready "$1" ||
    stop 3 "the distribution's package is not ${ADVICE[$1]}: install that in another way, then run this again."
}

# --- the Python environments

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
}

# build.txt first, and no build isolation: stem comes as source only, and what builds it would be
# fetched without a hash otherwise.
with_uv() {  # LEVEL
  local lock
  export UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
  rm -rf "${tools:?}/$1"
  uv venv --quiet --python "$python" "$tools/$1" || return
  for lock in build "$1"; do
    uv pip install --quiet --compile-bytecode --python "$tools/$1/bin/python" \
      --require-hashes --no-build-isolation -r "$locks/$lock.txt" || return
  done
}

with_pip() {  # LEVEL
  local lock pip=(-m pip) without=()
  # Debian and Ubuntu keep pip and ensurepip in packages of their own, which may be missing.
  if [ -d "$scratch/pip" ]; then
    pip=("$(echo "$scratch"/pip/usr/share/python-wheels/pip-*.whl)/pip")
    without=(--without-pip)
  fi
  rm -rf "${tools:?}/$1"
  "$python" -I -m venv "${without[@]}" "$tools/$1" || return
  for lock in build "$1"; do
    "$tools/$1/bin/python" -I "${pip[@]}" install --quiet --no-cache-dir \
      --disable-pip-version-check --require-hashes --no-build-isolation --use-pep517 \
      -r "$locks/$lock.txt" || return
  done
}

environment_key() {  # LEVEL: all that an environment depends on
  {
    printf '%s\n' "$clone" "$(readlink -e "$tools/$1/bin/python")"
    cat "$locks/build.txt" "$locks/$1.txt" "$clone/scripts/lib/setup.sh"
  } | sha256sum
}

environment_ready() {  # LEVEL
  [ -e "$tools/$1/stamp" ] && [ "$(<"$tools/$1/stamp")" = "$(environment_key "$1")" ]
}

make_environment() {  # LEVEL
  local what="installing the locked Python packages"
  # Where uv cannot, pip may: it has the machine's own configuration of mirrors and certificates.
  if ! command -v uv >/dev/null || ! attempt "$what with uv" with_uv "$1"; then
    "$python" -I -c 'import ensurepip' 2>/dev/null || fetch pip
    step "$what with pip" with_pip "$1"
  fi
  # The clone, relative to site-packages: site.py cannot read every path in every locale.
  echo ../../../../.. >"$(echo "$tools/$1"/lib/python3.*/site-packages)/entrechat.pth"
  environment_key "$1" >"$tools/$1/stamp"
}

# --- the whole

all_ready() {  # LEVEL NAME…
  local name
  environment_ready "$1" || return 1
  for name in "${@:2}"; do ready "$name" || return 1; done
}

check_machine() {  # NAME…: all that only the person can install is told at once, before the rest
  local name missing=()
  [ -n "$python" ] || missing+=("Python 3.11 or later")
  for name; do have_packages || ready "$name" || missing+=("${ADVICE[$name]}"); done
  [ ${#missing[@]} = 0 ] || lacks "${missing[@]}"
}

set_up_missing() {  # LEVEL NAME…, under the lock
  local name python
  python=$(find_python)
  check_machine "${@:2}"
  rm -rf "$tools"/tmp.*
  scratch=$(mktemp -d "$tools/tmp.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  export TMPDIR=$scratch
  for name in "${@:2}"; do ready "$name" || unpack "$name"; done
  environment_ready "$1" || make_environment "$1"
}

set_up() {  # LEVEL NAME…
  local name
  [ "$(uname -s)" = Linux ] || stop 3 "Entrechat runs on Linux only."
  if ! all_ready "$@"; then
    mkdir -p "$tools" 2>/dev/null && [ -w "$tools" ] || stop 1 "cannot write in $tools, where the set-up goes."
    (
      flock -n 9 || { say "another set-up is at work in this clone: waiting for it" && flock 9; }
      set_up_missing "$@"
    ) 9>"$tools/lock"
  fi
  for name in "${@:2}"; do use "$name"; done
}
