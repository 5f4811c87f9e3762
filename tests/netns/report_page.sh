#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The page of a lab run, opened in a browser and held against the report and against another reader of its captures:
#   report_page.sh GODWIT OUT
set -euo pipefail
godwit=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)

fail() {
  echo "$*; evidence: $out"
  exit 1
}
if ! unshare --net --mount true 2>/dev/null || [ ! -c /dev/net/tun ]; then
  echo "skipped: network namespaces need root (CAP_SYS_ADMIN) and /dev/net/tun"
  exit 77
fi
for tool in chromium-headless-shell tshark; do
  if ! command -v "$tool" >/dev/null; then
    echo "skipped: $tool is missing (tools/setup test)"
    exit 77
  fi
done
rm -rf "$out"
mkdir -p "$out"
"$godwit" lab run wifi-to-lte --runs 2 --out "$out/lab" -q >"$out/table.txt" || fail "the lab run failed"
page=$out/lab/run-01/report.html
[ -s "$out/lab/report.html" ] || fail "no overview of both runs"
grep -q 'href="run-02/report.html"' "$out/lab/report.html" || fail "the overview does not lead to the runs"
# It needs nothing from elsewhere, and runs nothing.
! grep -qE '(src|href)="?(https?:)?//|url\(|@import|<script>' "$page" || fail "the page asks for something from elsewhere"

# The same page with eyes of its own, in each width and in both colours.
probe=$out/probe.html
sed -E 's#</body></html>##' "$page" >"$probe"
{
  echo '<script type="application/json" id="report-json">'
  cat "$out/lab/run-01/report.json"
  echo '</script><script>'
  cat "$here/report_page_probe.js"
  echo '</script></body></html>'
} >>"$probe"
look() {
  local width=$1 scheme=$2 found
  timeout 60 chromium-headless-shell --no-sandbox --disable-gpu --hide-scrollbars --window-size="$width,1200" \
    --blink-settings=preferredColorScheme="$scheme" --user-data-dir="$out/browser" --dump-dom "file://$probe" \
    >"$out/dom.html" 2>"$out/browser.log" || fail "the browser failed"
  found=$(sed -nE 's#.*<pre id="probe">(.*)</pre>.*#\1#p' "$out/dom.html")
  echo "$width pixels, scheme $scheme: $found"
  case "$found" in good*) ;; *) fail "the page at $width pixels" ;; esac
}
for width in 1280 390; do
  look "$width" 0
  look "$width" 1
done

# What tshark makes of the same capture: the times between what was sent and what came.
shown() { sed -nE "s/.*data-figure=\"$1\">([0-9.-]+)<.*/\1/p" "$page" | head -n 1; }
first() { tshark -r "$out/lab/run-01/a.pcapng" -Y "$1" -T fields -e frame.time_epoch 2>/dev/null | head -n 1; }
new=10.2.0.2
sent=$(first "ip.src == $new && sip.Method == \"UPDATE\"")
compare() {
  local figure=$1 seen
  seen=$(first "$2")
  [ -n "$seen" ] || fail "tshark does not find $figure"
  awk -v name="$figure" -v seen="$seen" -v sent="$sent" -v figure="$(shown "$figure")" -v from="$(shown refresh_sent_ms)" '
    BEGIN {
      by_tshark = (seen - sent) * 1000; by_page = figure - from
      printf "%s after the UPDATE: %.2f ms by tshark, %.2f ms on the page\n", name, by_tshark, by_page
      d = by_tshark - by_page; exit !(d < 0.1 && d > -0.1)
    }' || fail "$figure is another one than tshark's"
}
compare refresh_answered_ms "ip.dst == $new && sip.Status-Code == 200 && sip.CSeq.method == \"UPDATE\""
compare registered_ms "ip.dst == $new && sip.Status-Code == 200 && sip.CSeq.method == \"REGISTER\""
compare first_rtp_in_ms "ip.src == 10.9.0.2 && ip.dst == $new && udp && !sip && udp.length == 180"

# Wireshark shows the changes between the packets, by the ids that events and logs have.
tshark -r "$out/lab/run-01/a.pcapng" -Y frame.comment -T fields -e frame.comment 2>/dev/null >"$out/comments"
for words in 'lab: t0, LTE works' 'godwit: change 1: address_lost wifi0' 'call 1 has moved'; do
  grep -q "$words" "$out/comments" || fail "no comment in the capture says: $words"
done
