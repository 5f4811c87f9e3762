#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each transport can be left out (F31), and SQLite: left_out.sh SOURCE BUILD
# Configures, builds and links the program without UDP, TCP, TLS, and without both streams and SQLite; each
# then says that it cannot do what it was built without. Takes minutes: only in the long run.
set -euo pipefail
source=$1 build=$2
if [ -z "${GODWIT_FULL:-}" ]; then
  echo "skipped: builds the program four times, ./test --full does"
  exit 77
fi

work=$build/package/left_out
launcher=()
! command -v ccache >/dev/null || launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

# What is not about these is compiled once.
build_without() {
  local part options=()
  for part in UDP TCP TLS SQLITE; do
    [[ " $* " == *" $part "* ]] && options+=("-DGODWIT_WITH_$part=OFF")
    [[ " $* " == *" $part "* ]] || options+=("-DGODWIT_WITH_$part=ON")
  done
  cmake -S "$source" -B "$work" -G Ninja "${launcher[@]}" "${options[@]}" -DGODWIT_BUILD_TESTS=OFF \
    -DGODWIT_BUILD_EXAMPLES=OFF
  cmake --build "$work" --target godwit_cli
}

# The discard port of this host: nobody is asked, the program refuses before.
refuses() {
  local said
  said=$("$work/bin/godwit" options "sip:127.0.0.1:9;transport=$1" --timeout 5 2>&1) && return 1
  grep -q "its transport is not to be had" <<<"$said" || { echo "$1: $said"; return 1; }
}

keeps_no_bindings() {
  local said users=$work/users
  install -m 600 <(echo "alice:tea") "$users"
  said=$("$work/bin/godwit" serve --domain example.org --users "$users" --bindings "$work/bindings" 2>&1) && return 1
  grep -q "has no SQLite" <<<"$said" || { echo "SQLITE: $said"; return 1; }
  ! ldd "$work/bin/godwit" | grep -q libsqlite3 || { echo "without SQLite it still needs libsqlite3"; return 1; }
}

rm -rf "$work"
for left_out in UDP TCP TLS "TCP TLS SQLITE"; do
  # shellcheck disable=SC2086
  build_without $left_out
  for part in $left_out; do
    case $part in
      SQLITE) keeps_no_bindings ;;
      *) refuses "$(tr '[:upper:]' '[:lower:]' <<<"$part")" ;;
    esac
  done
  if [[ $left_out == *TLS* ]] && ldd "$work/bin/godwit" | grep -q libssl; then
    echo "without TLS it still needs libssl"
    exit 1
  fi
done
