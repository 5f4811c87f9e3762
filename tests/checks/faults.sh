#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every test that docs/faults.md names is there: `Suite.Test`, and its row in `Suite.Test/row`.
source "$(dirname "$0")/sources.sh"

document=docs/faults.md
if [ -f "$document" ]; then
  mapfile -t sources < <(cpp_files src tests)
  declared=$(cat "${sources[@]}" | tr '\n' ' ' | grep -oE 'TEST(_F|_P)?\([A-Za-z0-9]+, *[A-Za-z0-9_]+\)' |
    sed -E 's/TEST(_F|_P)?\(([A-Za-z0-9]+), *([A-Za-z0-9_]+)\)/\2.\3/' | LC_ALL=C sort -u || true)
  while IFS= read -r name; do
    if ! grep -qxF "${name%%/*}" <<<"$declared"; then offence "$document" "no test is called $name"; fi
    if [[ $name == */* ]] && ! grep -qF "\"${name#*/}\"" "${sources[@]}"; then
      offence "$document" "no row is called ${name#*/}"
    fi
  done < <(grep -oE '`[A-Za-z0-9]+\.[A-Za-z0-9_]+(/[a-z0-9_]+)?`' "$document" | tr -d '`' | LC_ALL=C sort -u)
fi

finish "the tests that documents name are there"
