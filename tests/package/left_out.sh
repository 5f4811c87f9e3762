#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each transport can be left out (F31): left_out.sh SOURCE BUILD
# Configures, builds and links the program without UDP, TCP, TLS, and without both streams; each then
# says that it cannot do what it was built without. Takes minutes: only in the long run.
set -euo pipefail
source=$1 build=$2
if [ -z "${GODWIT_FULL:-}" ]; then
  echo "skipped: builds the program four times, ./test --full does"
  exit 77
fi

work=$build/package/left_out
launcher=()
! command -v ccache >/dev/null || launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

# What is not about transports is compiled once.
build_without() {
  local transport options=()
  for transport in UDP TCP TLS; do
    [[ " $* " == *" $transport "* ]] && options+=("-DGODWIT_WITH_$transport=OFF")
    [[ " $* " == *" $transport "* ]] || options+=("-DGODWIT_WITH_$transport=ON")
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

rm -rf "$work"
for left_out in UDP TCP TLS "TCP TLS"; do
  # shellcheck disable=SC2086
  build_without $left_out
  for transport in $left_out; do refuses "$(tr '[:upper:]' '[:lower:]' <<<"$transport")"; done
  if [[ $left_out == *TLS* ]] && ldd "$work/bin/godwit" | grep -q libssl; then
    echo "without TLS it still needs libssl"
    exit 1
  fi
done
