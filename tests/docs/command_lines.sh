# SPDX-License-Identifier: Apache-2.0
# Sourced by code_blocks.sh: command lines of the documents against what the programs take.
# Wants $root, $work, $godwit and offence().

# Programs that a reader may be told to start, besides godwit and what lies in the repository.
other_commands="cat chmod cmake"
# Where the documents expect the programs after a build.
built_programs="build/release/bin/godwit build/dev/bin/example_register build/dev/bin/example_call"

# A desk: a folder with commands that do nothing but note how they were called, one line each in
# $work/calls, quoted for the shell.
make_desk() {
  local command
  desk=$work/desk
  rm -rf "$desk" "$work/calls"
  mkdir -p "$desk"
  : >"$work/calls"
  for command in godwit run test bench/run $built_programs $other_commands; do
    mkdir -p "$(dirname "$desk/$command")"
    # One write for each call: those that a block starts in the background come at the same time.
    printf '#!/bin/bash\nprintf -v call "%%q " %q "$@"\nprintf "%%s\\n" "$call" >>%q\n' "$command" \
      "$work/calls" >"$desk/$command"
  done
  printf '#!/bin/bash\nexec "$@"\n' >"$desk/sudo"
  find "$desk" -type f -exec chmod +x {} +
}

# check_shell WHERE FILE: the block runs at a desk, and each program took what it was given.
check_shell() {
  local where=$1 file=$2 input said line words
  make_desk
  for input in $(sed -nE 's/.*[^<]< *([A-Za-z0-9_.-]+).*/\1/p' "$file"); do : >"$desk/$input"; done
  if ! said=$(cd "$desk" && timeout 20 env -i PATH="$desk" /bin/bash -eu -c '. "$1"; wait' bash "$file" 2>&1); then
    offence "$where" "the shell says: ${said//$'\n'/ }"
    return
  fi
  while IFS= read -r line; do
    eval "words=($line)"  # as printf %q wrote them
    check_command "$where" "${words[@]}"
  done <"$work/calls"
}

# check_command WHERE PROGRAM ARGUMENT...
check_command() {
  local where=$1 program=$2
  shift 2
  case "$program" in
    godwit | */godwit) check_godwit "$where" "$@" ;;
    run | test | bench/run) check_script "$where" "$program" "$@" ;;
    cmake) check_presets "$where" "$@" ;;
  esac
}

# Scripts of the repository: they are there, and know the options by name.
check_script() {
  local where=$1 script=$2 word
  shift 2
  [ -x "$root/$script" ] || offence "$where" "there is no $script"
  for word in "$@"; do
    case "$word" in
      -*) grep -qF -- "$word" "$root/$script" 2>/dev/null || offence "$where" "$script has no $word" ;;
    esac
  done
}

check_presets() {
  local where=$1
  shift
  while [ $# -gt 1 ]; do
    if [ "$1" = --preset ] && ! grep -qF "\"name\": \"$2\"" "$root/CMakePresets.json"; then
      offence "$where" "there is no preset $2"
    fi
    shift
  done
}

# help_of VERB...: what godwit says of itself; asked once.
help_of() {
  local file=$work/help-$*
  [ -f "$file" ] || "$godwit" "$@" --help >"$file"
  cat "$file"
}

# verbs_of VERB...: those that may follow.
verbs_of() {
  help_of "$@" | awk '/^Subcommands:/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside && NF { print $1 }'
}

# Reads the verbs at the head of the words into $verbs, what follows into $rest.
split_verbs() {
  verbs=()
  while [ $# -gt 0 ] && verbs_of "${verbs[@]}" | grep -qxF -- "$1"; do
    verbs+=("$1")
    shift
  done
  rest=("$@")
}

# The words of a verb's help: "option|NAMES|TYPE|REQUIRED" and "place|NAME|TYPE|REQUIRED". A type
# follows the names after one blank, the explanation after several.
grammar_of() {
  help_of "$@" | awk '
    /^Positionals:/ { place = 1; next }
    /^[^ ]/ { place = 0 }
    /^  -/ || (place && /^  [a-z]/) {
      text = $0; sub(/^  /, "", text); sub(/   *.*/, "", text)
      need = sub(/ REQUIRED/, "", text) ? "required" : ""
      n = split(text, word, " ")
      print (text ~ /^-/ ? "option" : "place") "|" word[1] "|" (n > 1 ? word[2] : "") "|" need
    }'
}

# Reads the grammar of $verbs into $type_of (by option), $required (one name each) and $places.
read_grammar() {
  local kind names type need name
  type_of=() required=() places=0
  while IFS='|' read -r kind names type need; do
    if [ "$kind" = place ]; then
      places=$((places + 1))
      [ -z "$need" ] || required+=("$names")
      continue
    fi
    for name in ${names//,/ }; do type_of[$name]=$type; done
    # What has a name and a place is listed twice, and wanted once.
    name=${names%%,*}
    [ -z "$need" ] || [[ " ${required[*]} " == *" ${name#--} "* ]] || required+=("$name")
  done < <(grammar_of "${verbs[@]}")
}

# -vv is -v, --loss=3 is --loss.
option_name() {
  local name=${1%%=*}
  if [[ $name =~ ^-[a-z]+$ && -z ${name//[-${name:1:1}]/} ]]; then name=${name:0:2}; fi
  printf '%s' "$name"
}

declare -A type_of given

# check_godwit WHERE ARGUMENT...: verbs and options exist, values follow, what is required is there.
check_godwit() {
  local where=$1 verbs rest required places taken=0 name word
  shift
  split_verbs "$@"
  if [ ${#verbs[@]} -eq 0 ] && [[ ${1:-} != -* ]]; then
    offence "$where" "godwit has no verb ${1:-}"
    return
  fi
  read_grammar
  given=()
  set -- "${rest[@]}"
  while [ $# -gt 0 ]; do
    word=$1
    shift
    if [[ $word != -?* ]]; then taken=$((taken + 1)); continue; fi
    name=$(option_name "$word")
    if [ -z "${type_of[$name]+known}" ]; then
      offence "$where" "godwit ${verbs[*]} has no option $name"
      continue
    fi
    given[${name#--}]=yes
    if [ -z "${type_of[$name]}" ] || [[ $word == *=* ]]; then continue; fi
    if [ $# -eq 0 ] || [[ $1 == --* ]]; then offence "$where" "$name wants a value"; else shift; fi
  done
  if [ "$taken" -gt "$places" ]; then offence "$where" "godwit ${verbs[*]}: too many words"; fi
  check_required "$where" "$taken"
}

# What is required is given by its name, or by a word that stands alone.
check_required() {
  local where=$1 free=$2 name
  [ -z "${given[help]:-}${given[version]:-}" ] || return 0
  for name in "${required[@]}"; do
    [ -z "${given[${name#--}]:-}" ] || continue
    if [[ $name != -* ]] && [ "$free" -gt 0 ]; then free=$((free - 1)); continue; fi
    offence "$where" "godwit ${verbs[*]} wants $name"
  done
}

# check_span WHERE TEXT: words of running text, "godwit lab run SCENARIO --loss": verbs and options.
check_span() {
  local where=$1 verbs rest required places word words
  read -ra words <<<"${2//[\[\]]/ }"
  split_verbs "${words[@]:1}"
  [ ${#verbs[@]} -gt 0 ] || [[ ${words[1]:-} == -* ]] || offence "$where" "godwit has no verb ${words[1]:-}"
  read_grammar
  for word in "${rest[@]}"; do
    [[ $word == --* ]] || continue
    [ -n "${type_of[$(option_name "$word")]+known}" ] ||
      offence "$where" "godwit ${verbs[*]} has no option $word"
  done
}
