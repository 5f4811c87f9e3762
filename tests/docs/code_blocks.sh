#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the documents show can be typed: code_blocks.sh SOURCE BUILD COMPILER PROGRAM
#   ```cpp   compiles against the public headers; without a main of its own, inside fragment.cc
#   ```sh    runs in a shell whose commands only note how they were called; then each call of godwit
#            is held against its own --help. So are lines with "$ " in front in blocks without label.
#   `godwit …`  in running text names verbs and options that exist
# And every verb of the program has its place in docs/getting-started.md.
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$2")
compiler=$3
godwit=$(realpath "$4")
# shellcheck source=../checks/sources.sh
source "$here/../checks/sources.sh" "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=command_lines.sh
source "$here/command_lines.sh"

documents() {
  find . -maxdepth 1 -name '*.md'
  find ./docs ./examples -name '*.md' 2>/dev/null || true
}

# Writes each block of a document to a file of its own: "LABEL|LINE|FILE", LINE being its first one.
blocks_of() {
  awk -v folder="$work/blocks" -v name="${1//\//_}" '
    !/^ *```/ { if (inside) print >out; next }
    inside { inside = 0; close(out); next }
    {
      label = $0; sub(/^ *```/, "", label)
      out = folder "/" name "." FNR + 1
      printf "" >out
      print label "|" FNR + 1 "|" out
      inside = 1
    }
    END { if (inside) print "unclosed|" FNR "|" out }' "$1"
}

# check_cpp WHERE FILE DOCUMENT LINE: the compiler speaks of the document's lines.
check_cpp() {
  local where=$1 file=$2 said
  local flags=(-std=c++20 -fsyntax-only -Wall -Werror -I "$root/include" -I "$build/include")
  { printf '#line %d "%s"\n' "$4" "$3"; cat "$file"; } >"$file.cc"
  if grep -q '^int main(' "$file"; then
    flags+=("$file.cc")
  else
    flags+=(-DGODWIT_FRAGMENT="\"$file.cc\"" "$here/fragment.cc")
  fi
  if ! said=$("$compiler" "${flags[@]}" 2>&1); then
    offence "$where" "does not compile:"
    head -n 20 <<<"$said"
  fi
}

# check_unlabelled WHERE FILE: pictures and output; commands in it are marked by "$ ".
check_unlabelled() {
  if grep -qE '^#include|^int main\(|^(godwit|\./test|\./run)( |$)' "$2"; then
    offence "$1" "the block shows code and has no label"
  fi
  sed -n 's/^\$ //p' "$2" >"$2.commands"
  [ ! -s "$2.commands" ] || check_shell "$1" "$2.commands"
}

check_blocks() {
  local document=$1 label line file
  while IFS='|' read -r label line file; do
    case "$label" in
      cpp) check_cpp "$document:$line" "$file" "$document" "$line" ;;
      sh) check_shell "$document:$line" "$file" ;;
      "") check_unlabelled "$document:$line" "$file" ;;
      *) offence "$document:$line" "a block must be cpp, sh or without label, not $label" ;;
    esac
    blocks=$((blocks + 1))
  done < <(blocks_of "$document")
}

check_spans() {
  local document=$1 line span
  while IFS=: read -r line span; do
    span=${span//\`/}
    check_span "$document:$line" "$span"
    spans=$((spans + 1))
  done < <(grep -noE '`godwit [^`]*`' "$document" || true)
}

check_verbs() {
  local verb
  for verb in $(verbs_of); do
    grep -qE "^\| .*\`${verb}[ \`]" docs/getting-started.md ||
      offence docs/getting-started.md "the verb $verb is missing"
  done
}

blocks=0 spans=0
mkdir "$work/blocks"
for document in $(documents | sed 's|^\./||' | LC_ALL=C sort); do
  check_blocks "$document"
  check_spans "$document"
done
check_verbs
finish "what the documents show can be typed"
echo "$blocks blocks and $spans spans checked"
