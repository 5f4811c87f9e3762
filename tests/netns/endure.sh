#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Scenarios of the lab one after the other, drawn by chance, for as long as asked: endure.sh GODWIT MINUTES OUT [SEED]
# A finding is a call that is not survived, a program that fails, or a report of a sanitizer in any of them. Its folder is kept, with the
# command that walks the scenario again.
set -euo pipefail
godwit=$1 minutes=$2 out=$3 seed=${4:-$(date +%s)}

if ! unshare --net --mount true 2>/dev/null || [ ! -c /dev/net/tun ]; then
  echo "skipped: network namespaces need root (CAP_SYS_ADMIN) and /dev/net/tun"
  exit 77
fi
rm -rf "$out"
mkdir -p "$out"
reports=$out/sanitizer
export ASAN_OPTIONS="log_path=$reports:${ASAN_OPTIONS:-}" TSAN_OPTIONS="log_path=$reports:${TSAN_OPTIONS:-}" \
  UBSAN_OPTIONS="print_stacktrace=1:log_path=$reports:${UBSAN_OPTIONS:-}"
mapfile -t scenarios < <("$godwit" lab list --json | grep -oE '"name":"[^"]*"' | cut -d '"' -f 4)
[ ${#scenarios[@]} -gt 0 ] || { echo "no scenarios"; exit 1; }

RANDOM=$((seed % 32768))
# draw WORD...: one of them, in $drawn
draw() {
  local index=$((RANDOM % $#))
  shift "$index"
  drawn=$1
}

runs=0 findings=0
until=$(($(date +%s) + minutes * 60))
echo "seed $seed, $minutes minutes, ${#scenarios[@]} scenarios"
while [ "$(date +%s)" -lt "$until" ]; do
  draw "${scenarios[@]}"
  # A flood is measured in packets a second, for which a program with sanitizers in it is no match.
  [ "$drawn" != flood ] || continue
  words=("$drawn")
  draw udp udp tcp tls
  words+=(--transport "$drawn")
  draw embedded embedded kamailio
  words+=(--server "$drawn")
  draw godwit godwit baresip
  words+=(--peer "$drawn")
  draw plain plain sdes dtls
  words+=(--media "$drawn" --seed "$RANDOM")
  code=0
  "$godwit" lab run "${words[@]}" --out "$out/run" --json -q >"$out/run.json" 2>"$out/run.err" || code=$?
  # Not every scenario takes every word.
  [ "$code" -ne 2 ] || continue
  if [ "$code" -eq 130 ]; then break; fi
  runs=$((runs + 1))
  found=""
  [ "$code" -eq 0 ] || found="exit code $code: $(tail -n 1 "$out/run.err")"
  if compgen -G "$reports.*" >/dev/null; then found="$found a sanitizer reports"; fi
  printf '%4d  %-60s %s\n' "$runs" "${words[*]}" "${found:-good}"
  [ -n "$found" ] || continue
  findings=$((findings + 1))
  kept=$out/finding-$findings
  mkdir -p "$kept"
  echo "godwit lab run ${words[*]}" >"$kept/command"
  mv "$out/run" "$out/run.json" "$out/run.err" "$kept/" 2>/dev/null || true
  for report in "$reports".*; do if [ -e "$report" ]; then mv "$report" "$kept/"; fi; done
done
rm -rf "$out/run"
echo "$runs runs, $findings findings"
[ "$findings" -eq 0 ] && [ "$runs" -gt 0 ]
