#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source under src has its test beside it, or stands in untested.list with the reason.
source "$(dirname "$0")/sources.sh"

list=tests/checks/untested.list
[ -f "$list" ] || list=/dev/null

excused() {
  awk -v file="$1" '$1 == file && NF > 3 { found = 1 } END { exit !found }' "$list"
}

for file in $(cpp_files src); do
  case "$file" in
    *_test.cc)
      if [ ! -f "${file%_test.cc}.cc" ] && [ ! -f "${file%_test.cc}.h" ] && ! excused "$file"; then
        offence "$file" "tests nothing that stands beside it"
      fi ;;
    *.cc)
      if [ ! -f "${file%.cc}_test.cc" ] && ! excused "$file"; then
        offence "$file" "has no ${file##*/} test beside it, and no reason in $list"
      fi ;;
  esac
done

while read -r file _; do
  case "$file" in '' | '#'*) continue ;; esac
  if [ ! -f "$file" ]; then offence "$list" "$file is not there any more"; fi
  if [ -f "${file%.cc}_test.cc" ]; then offence "$list" "$file has a test by now"; fi
done <"$list"

finish "what is written is tested"
