# SPDX-License-Identifier: Apache-2.0
# Sourced by the checks: what they look at, and how they tell.
set -euo pipefail

root=${1:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$root"
offences=0

# offence FILE WHAT
offence() {
  printf '%s: %s\n' "$1" "$2"
  offences=$((offences + 1))
}

# Reads "FILE: WHAT" lines.
offences_from() {
  local line
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    offence "${line%%: *}" "${line#*: }"
  done
}

# cpp_files FOLDER...: headers and sources below the folders that exist, sorted.
cpp_files() {
  local folder existing=()
  for folder in "$@"; do [ ! -d "$folder" ] || existing+=("$folder"); done
  [ ${#existing[@]} -eq 0 ] || find "${existing[@]}" -name '*.h' -o -name '*.cc' | LC_ALL=C sort
}

finish() {
  if [ "$offences" -gt 0 ]; then
    echo "$offences offence(s) against: $1"
    exit 1
  fi
}
