#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A scenario of the lab with the real program: lab_case.sh PROGRAM OUT_DIR ARGUMENT...
# Passed when the call survived and one binding is left, or with v6-hole the server was reached in time; skipped where there may be no namespaces.
set -euo pipefail
godwit=$1 out=$2
shift 2

if ! unshare --net --mount true 2>/dev/null; then
  echo "skipped: network namespaces need root (CAP_SYS_ADMIN)"
  exit 77
fi
if [ ! -c /dev/net/tun ]; then
  echo "skipped: there is no /dev/net/tun"
  exit 77
fi

# The long run: figures are medians of 15 where docs/testing.md prints them.
runs=1
if [ -n "${GODWIT_FULL:-}" ]; then
  case "$1" in wifi-to-lte) runs=15 ;; hold | mid-offer | ringing-* | both-move | trunk-dual-wan) runs=1 ;; *) runs=5 ;; esac
fi

# The same changes over connections: one scenario with each is in the short run.
case "$*" in
  both-up*--transport* | flap*--transport* | vpn*--transport* | wifi-to-lte*--transport*--server*)
    if [ -z "${GODWIT_FULL:-}" ]; then
      echo "skipped: part of ./test --full"
      exit 77
    fi ;;
esac

# What links and calls do besides: each once in the short run, over UDP and by the embedded server.
case "$1" in
  lte-to-wifi | ap-roam | v4-to-v6 | v6-to-v4 | dual-to-v6 | v6-renumber | six-flips | server-silent | sleep-wake | \
    silent-wifi | behind-nat | nat-rebind | nat64 | hold | mid-offer | ringing-out | ringing-in | both-move | trunk-dual-wan)
    if [ $# -gt 1 ] && [ -z "${GODWIT_FULL:-}" ]; then
      echo "skipped: part of ./test --full"
      exit 77
    fi ;;
esac

# The same calls through others, or for longer, protected: nothing in them is new to the short run.
case "$*" in
  *--media*--server* | *--media*--peer* | flood*--media* | *--down*--media*)
    if [ -z "${GODWIT_FULL:-}" ]; then
      echo "skipped: part of ./test --full"
      exit 77
    fi ;;
esac

# A rig that is starved of the processor measures the machine, not godwit: what failed is tried again, and
# what is broken fails three times.
attempt=1
while :; do
  code=0
  nice -n -10 "$godwit" lab run "$@" --runs "$runs" --out "$out" --json >"$out.json" || code=$?
  cat "$out.json"
  # v6-hole promises times, which a busy machine may miss; catch-up that no word is missing.
  case "$1" in v6-hole) missed='"missed":\[[^]]' ;; catch-up) missed='"missed":\[[^]]*missing_out_ms' ;; *) missed= ;; esac
  if [ "$code" -eq 0 ] && [ -n "$missed" ] && grep -q "$missed" "$out.json"; then code=9; fi
  if [ "$code" -ne 9 ] || [ "$attempt" -eq 3 ]; then break; fi
  attempt=$((attempt + 1))
  echo "not survived, or late; try $attempt, load $(cut -d ' ' -f 1-3 /proc/loadavg)"
  rm -rf "$out.try"
  mv "$out" "$out.try"
done
if [ "$code" -ne 0 ]; then
  echo "lab run $* ended with $code; evidence: $out"
  exit "$code"
fi

case "$1" in v6-hole | flood) exit 0 ;; esac
# One call, in one dialog, wherever it goes; baresip has to be dialled anew across families, and who moved as well is
# found by an INVITE that takes the old dialog's place.
case "$*" in *"--peer baresip"* | both-move*) ;; *)
  if grep -q '"missed":\[[^]]*redials' "$out.json"; then
    echo "the call was dialled anew"
    exit 1
  fi ;;
esac
bindings=$(tr -d '\n ' <"$out.json" | sed -nE 's/.*"bindings":\[(("[^"]*",?)*)\].*/\1/p' | grep -o '"[^"]*"' | wc -l)
flows=1
[ "$1" != silent-wifi ] || flows=2  # one of them stands ready
if [ "$bindings" -ne "$flows" ]; then
  echo "$bindings bindings of A are left at the registrar, not $flows"
  exit 1
fi
