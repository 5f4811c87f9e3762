#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rows of `godwit lab bench`: interrupted, taken up again, and held against what each row's report says:
#   bench.sh GODWIT OUT
# The long run walks the slice.
set -euo pipefail
godwit=$1 out=$2

fail() {
  echo "$*; evidence: $out"
  exit 1
}
if ! unshare --net --mount true 2>/dev/null || [ ! -c /dev/net/tun ]; then
  echo "skipped: network namespaces need root (CAP_SYS_ADMIN) and /dev/net/tun"
  exit 77
fi

# rows FILE: how many rows it has.
rows() { grep -c '"name":' "$1"; }
# median_of FILE: how soon sound is back, of all rows of bench.json or of one report.
median_of() { sed -nE 's/^ *"(median|first_rtp_in_ms)": ([0-9.]+),?$/\2/p' "$1"; }
bench() {
  code=0
  nice -n -10 "$godwit" lab bench "$@" --out "$out/bench" >"$out/table" 2>>"$out/log" || code=$?
}

few=(--only '^(ap-roam|both-up)/udp/embedded/godwit$' --runs 1)
# A rig that is starved of the processor measures the machine: what failed is tried again, what is broken fails three times.
for attempt in 1 2 3; do
  rm -rf "$out"
  mkdir -p "$out"
  nice -n -10 "$godwit" lab bench "${few[@]}" --out "$out/bench" >"$out/table" 2>"$out/log" &
  walking=$!
  until grep -q '^\[  1/2\]' "$out/log"; do
    kill -0 "$walking" 2>/dev/null || fail "it ended before its first row: $(tail -n 1 "$out/log")"
    sleep 0.2
  done
  kill -INT "$walking"
  code=0
  wait "$walking" || code=$?
  [ "$code" -eq 130 ] || fail "interrupted, it ended with $code"
  [ "$(rows "$out/bench/bench.json")" -eq 1 ] || fail "interrupted after one row, there is another number of them"
  grep -q '^| both-up ' "$out/table" || fail "interrupted, it does not print the row that it has"

  begun=$(grep '"begun"' "$out/bench/bench.json")
  bench "${few[@]}" --resume
  if [ "$code" -ne 9 ]; then break; fi
  echo "not survived; try $attempt, load $(cut -d ' ' -f 1-3 /proc/loadavg)"
done
[ "$code" -eq 0 ] || fail "taken up again, it ended with $code: $(tail -n 1 "$out/log")"
[ "$(rows "$out/bench/bench.json")" -eq 2 ] || fail "not both rows are there"
[ "$(grep '"begun"' "$out/bench/bench.json")" = "$begun" ] || fail "it began anew instead of going on"
[ "$(grep -c '^\[.*both-up/' "$out/log")" -eq 1 ] || fail "a row that was there has been walked again"
for row in both-up ap-roam; do
  report=$out/bench/$row-udp-embedded-godwit/report.json
  median_of "$out/bench/bench.json" | grep -qx "$(median_of "$report")" || fail "the figure of $row is not that of $report"
  grep -q "^| $row .* 1/1  *|\$" "$out/bench/bench.md" || fail "bench.md does not say that $row survived"
done
grep -q '^- machine: .*Linux' "$out/bench/bench.md" || fail "bench.md does not name the machine"

bench "${few[@]}" --resume --delay 10
[ "$code" -eq 2 ] || fail "figures of other links were taken up"

if [ -n "${GODWIT_FULL:-}" ]; then
  rm -rf "$out/bench"
  bench --slice
  cat "$out/bench/bench.md"
  [ "$code" -eq 0 ] || fail "not all of the slice survived"
fi
