#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Files of at most 600 lines (tests 1000), functions of at most 60, nine of ten functions at most 25;
# at most 14 public headers with at most 1700 lines together, godwit/asio.h apart.
source "$(dirname "$0")/sources.sh"

folders=(include src apps tests examples bench)

for file in $(cpp_files "${folders[@]}"); do
  lines=$(wc -l <"$file")
  limit=600
  [[ $file != *_test.cc ]] || limit=1000
  if [ "$lines" -gt "$limit" ]; then offence "$file" "$lines lines, at most $limit"; fi
done

public_headers=$(cpp_files include | grep -vc '/asio\.h$' || true)
if [ "$public_headers" -gt 14 ]; then offence include "$public_headers headers, at most 14"; fi
if [ "$public_headers" -gt 0 ]; then
  public_lines=$(cpp_files include | xargs cat | wc -l)
  if [ "$public_lines" -gt 1700 ]; then offence include "$public_lines lines, at most 1700"; fi
fi

# Prints "LENGTH FILE:LINE" for each function, told by the layout that clang-format gives: the line of
# a function's closing brace is indented like its first line, and nothing inside is indented less.
functions_of() {
  awk '
    function indent_of(text) { match(text, /^ */); return RLENGTH }
    FNR == 1 { inside = 0; start = 0; head = "" }
    {
      indent = indent_of($0)
      if (inside) {
        if (indent == depth && $0 ~ /^ *}/) { print FNR - start + 1, FILENAME ":" start; inside = 0; start = 0 }
        next
      }
      if ($0 ~ /^ *($|\/\/|#|}|public:|private:|protected:)/) { start = 0; head = ""; next }
      # A head goes on over lines that are indented deeper, until its brace or its semicolon.
      if (start && indent > depth) head = head " " $0
      else { start = FNR; depth = indent; head = $0 }
      if ($0 ~ /;$/ || $0 ~ /}$/) { start = 0; head = ""; next }
      if ($0 !~ /{$/) next
      is_function = head ~ /\(/ && head !~ /^ *(namespace|class|struct|enum|union|extern)[ {]/ &&
                    head !~ /^ *template *<[^>]*> *(class|struct) / && head !~ /=[^=]*{$/
      if (is_function) inside = 1
      else { start = 0; head = "" }
    }' "$@" </dev/null
}

mapfile -t all < <(cpp_files "${folders[@]}")
mapfile -t sources < <(cpp_files include src apps | grep -v '_test\.cc$' || true)

if [ ${#all[@]} -gt 0 ]; then
  offences_from < <(functions_of "${all[@]}" |
    awk '$1 > 60 { print $2 ": a function of " $1 " lines, at most 60" }')
fi
if [ ${#sources[@]} -gt 0 ]; then
  offences_from < <(functions_of "${sources[@]}" | sort -n | awk '
    { length_of[NR] = $1 }
    END {
      at = int(NR * 0.9); if (at < 1) at = 1
      if (NR && length_of[at] > 25) print "src: nine of ten functions have up to " length_of[at] " lines, at most 25"
    }')
fi

finish "files and functions stay small"
