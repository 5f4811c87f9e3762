#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every public name has a doc comment, every option its unit and its line in docs/settings.md, every
# limit its line there, every event and every line of the JSON stream its place in docs/events.md, every
# link of a document its file.
source "$(dirname "$0")/sources.sh"

# Types, functions, constants and aliases; one comment may stand above several lines without a gap.
# Members that are data document themselves by name and type, or by ///<.
undocumented() {
  awk '
    function fresh() { documented = 0 }
    FNR == 1 { fresh(); hidden = 0 }
    /^ *(private|protected):/ { hidden = 1 }
    /^ *public:/ { hidden = 0 }
    /^};/ { hidden = 0 }
    /^ *$/ || /^ *(public|private|protected):/ || /^ *}/ { fresh(); next }
    /^ *\/\/\// { documented = 1; next }
    /^ *\/\// || /^ *#/ || hidden { next }
    /\/\/\/</ { next }
    /^namespace|^template|^using namespace|^ *friend / { next }
    /to_string\(|operator|make_error_code|= (delete|default);|~/ { next }
    /^(class|struct|enum)[^;]*;$/ || /^struct std::/ { next }
    {
      is_type = $0 ~ /^(class|struct|enum class|using|inline constexpr) /
      is_function = $0 ~ /^ ? ?(\[\[nodiscard\]\]|GODWIT_EXPORT|explicit|static|void|bool|const|std::|Result|[A-Z][A-Za-z]*\()/ && $0 ~ /\(/ && $0 !~ /^   /
      is_trivial = $0 ~ /\{ return [a-z_]+_; \}$/ || $0 ~ /\) : .* \{\}$/
      if ((is_type || is_function) && !is_trivial && !documented) {
        text = $0; sub(/^ +/, "", text)
        print FILENAME ": line " FNR " has no doc comment: " text
      }
      if ($0 ~ /\{$/) fresh()
    }' "$@"
}

mapfile -t headers < <(cpp_files include)
if [ ${#headers[@]} -gt 0 ]; then offences_from < <(undocumented "${headers[@]}"); fi

# Fields of the option structs: "STRUCT FIELD".
option_fields() {
  awk '
    /^ *enum / || /operator/ { next }
    /^struct / { name = $2; next }
    /^};/ { name = "" }
    name && /^  [A-Za-z].*;/ {
      text = $0; sub(/;.*/, "", text); sub(/ *[={].*/, "", text)
      n = split(text, word, " "); print name, word[n]
    }' "$1"
}

options=include/godwit/options.h
if [ -f "$options" ]; then
  while read -r struct field; do
    if ! grep -q -- "$field" docs/settings.md 2>/dev/null; then
      offence "$options" "$struct::$field is not in docs/settings.md"
    fi
  done < <(option_fields "$options")
  # A bare number says its unit in its comment; the types of chrono say it themselves.
  offences_from < <(awk -v file="$options" '
    /^\/\/\// { about = about $0; next }
    /^struct / { next }
    /^}/ || /^$/ { about = "" }
    /^  (int|double|float|std::u?int[0-9]+_t|unsigned|long) / && !/\/\/\/</ {
      field = $2; sub(/[;={].*/, "", field)
      if (index(about, "`" field "`") == 0) print file ": " field " does not name its unit"
    }' "$options")
fi

# Each limit has a line in docs/settings.md, by its name and with its number (65'535 is shown as
# 65,535), and each name there is a limit.
limits=src/base/limits.h
limits_of() {
  tr '\n' ' ' <"$1" | grep -oE 'inline constexpr [a-z:_]+ k[A-Za-z]+ = +[0-9'"'"']+;' |
    tr "'" , | sed -E 's/.* (k[A-Za-z]+) = +([0-9,]+);/\1 \2/'
}
if [ -f "$limits" ]; then
  if [ "$(grep -c '^inline constexpr' "$limits")" -ne "$(limits_of "$limits" | wc -l)" ]; then
    offence "$limits" "a limit is no plain number"
  fi
  while read -r name number; do
    if ! grep -F "| \`$name\` |" docs/settings.md 2>/dev/null | grep -qE "\| $number( [a-z]+)? \|"; then
      offence "$limits" "$name, $number, is not in docs/settings.md"
    fi
  done < <(limits_of "$limits")
  for name in $(sed -nE 's/^\| `(k[A-Za-z]+)` \|.*/\1/p' docs/settings.md 2>/dev/null); do
    grep -qw "$name" "$limits" || offence docs/settings.md "$name is no limit any more"
  done
fi

event_header=include/godwit/event.h
if [ -f "$event_header" ]; then
  for event in $(tr '\n' ' ' <"$event_header" |
    sed -nE 's/.*using Event = +std::variant<([^>]*)>.*/\1/p' | tr -d ',' ); do
    grep -q "\`$event\`" docs/events.md 2>/dev/null || offence docs/events.md "$event is missing"
  done
fi

# Names in the stream: "reg.ok", "net.change.step", "server.ready".
for type in $(cpp_files src/api apps | grep -v '_test\.cc$' | xargs -r sed -nE '
    s/.*return (View\()?"([a-z]+(\.[a-z_]+)+)".*/\2/p
    s/.*envelope\([^"]*"([a-z.]+)"\).*/\1/p' | sort -u); do
  grep -q "\`$type\`" docs/events.md 2>/dev/null || offence docs/events.md "\"$type\" is missing"
done

# A link that is no address leads to a file, seen from the document it stands in.
while IFS= read -r document; do
  for link in $(grep -oE '\]\([^)#:]+[)#]' "$document" | sed -E 's/^\]\(//; s/[)#]$//'); do
    [ -e "$(dirname "$document")/$link" ] || offence "$document" "the link to $link leads nowhere"
  done
done < <(find . -path ./build -prune -o -path ./.git -prune -o -path ./out -prune -o -name '*.md' -print |
  sed 's|^\./||' | LC_ALL=C sort)

finish "what is public is documented"
