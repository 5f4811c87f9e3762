#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The core reads no clock, no environment and no dice: `now` and randomness are handed in.
source "$(dirname "$0")/sources.sh"

calls='(steady_clock|system_clock|high_resolution_clock)::now|random_device|\bgetenv\b|\b(rand|srand|time|clock|clock_gettime|gettimeofday)\(|\b(sleep|usleep|nanosleep|sleep_for|sleep_until)\(|std::(thread|jthread|async)\b|\b(printf|puts|exit|abort)\('

for file in $(cpp_files src); do
  case "$file" in
    src/io/* | src/api/*) continue ;;
    src/base/assert.cc) continue ;;  # says what is broken, and ends the program
  esac
  # Names behind a dot, an arrow or "::" of ours are no system calls.
  offences_from < <(sed 's://.*::; s/"[^"]*"//g' "$file" |
    grep -nE "$calls" | grep -vE '(\.|->|[a-z_]::)(time|clock|random|exit)\(' |
    awk -v file="$file" '{ line = $0; sub(/:.*/, "", line); text = $0; sub(/^[0-9]+: */, "", text)
                           print file ": line " line " calls the world: " text }' || true)
done

finish "the core is pure"
