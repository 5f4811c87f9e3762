#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The pages of all scenarios whose runs lie in a folder, looked at in one browser for each scheme of colours:
#   report_pages.sh GODWIT LAB_DIR OUT
# Each page is there twice, in a frame of 1280 pixels and in one of 390, with report_page_probe.js in it.
set -euo pipefail
godwit=$1 lab=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)

fail() {
  echo "$*; evidence: $out"
  exit 1
}
if ! command -v chromium-headless-shell >/dev/null; then
  echo "skipped: chromium-headless-shell is missing (tools/setup test)"
  exit 77
fi
rm -rf "$out"
mkdir -p "$out"

# One page of each case: of a case with several runs, the first one's. What another build has left is none, nor what
# a try has left that was run again. What is younger than 2 s may still be written.
pages=()
for folder in "$lab"/*/; do
  folder=${folder%/}
  [ "$folder" = "${folder%.try}" ] || continue
  [ -s "$folder/run-01/report.html" ] && folder=$folder/run-01
  [ "$folder/report.html" -nt "$godwit" ] || continue
  age=$(($(date +%s) - $(stat -c %Y "$folder/report.html")))
  if [ "$age" -ge 2 ] && [ -s "$folder/report.json" ]; then pages+=("$folder"); fi
done
if [ ${#pages[@]} -eq 0 ]; then
  echo "skipped: no scenario has been run: $lab"
  exit 77
fi

{
  echo '<!doctype html><html style="color-scheme: light dark"><meta charset="utf-8"><body><script>
addEventListener("message", (event) => {
  const line = document.createElement("p");
  line.className = "found";
  line.textContent = event.data;
  document.body.append(line);
});
</script>'
  for folder in "${pages[@]}"; do
    name=${folder#"$lab"/} name=${name//\//-}
    {
      sed -E 's#</body></html>##' "$folder/report.html"
      echo '<script type="application/json" id="report-json">'
      cat "$folder/report.json"
      echo '</script><script>'
      cat "$here/report_page_probe.js"
      echo "parent.postMessage('$name: ' + document.getElementById('probe').textContent, '*');</script></body></html>"
    } >"$out/$name.html"
    for width in 1280 390; do
      echo "<iframe src=\"$name.html\" style=\"border: 0; width: ${width}px; height: 1200px\"></iframe>"
    done
  done
  echo '</body></html>'
} >"$out/index.html"

for scheme in 0 1; do
  timeout 120 chromium-headless-shell --no-sandbox --disable-gpu --hide-scrollbars --window-size=1400,1200 \
    --blink-settings=preferredColorScheme="$scheme" --user-data-dir="$out/browser" --virtual-time-budget=20000 \
    --dump-dom "file://$out/index.html" >"$out/dom-$scheme.html" 2>"$out/browser.log" || fail "the browser failed"
  grep -oE '<p class="found">[^<]*' "$out/dom-$scheme.html" | sed 's/.*>//' | tee "$out/found-$scheme"
  wrong=$(grep -vE ': good (1280|390) ' "$out/found-$scheme" || true)
  [ -z "$wrong" ] || fail "$wrong"
  [ "$(wc -l <"$out/found-$scheme")" -eq $((2 * ${#pages[@]})) ] || fail "not every page was looked at"
done
schemes=$(cat "$out"/found-? | grep -oE '(dark|light)$' | sort -u | wc -l)
[ "$schemes" -eq 2 ] || fail "only one scheme of colours was shown"
echo "${#pages[@]} pages, each in two widths and two schemes"
