#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The manual page and the completions say what the program says of itself: manual.sh ROOT PROGRAM
set -euo pipefail
root=$1 godwit=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
offence() {
  echo "$*"
  bad=1
}

"$root/tools/make_manual" "$godwit" 1.2.3 "$root/docs/man/godwit.1.in" "$work"
# The page as text without roff, and each verb's help.
sed -e 's/\\f[BIR]//g' -e 's/\\-/-/g' -e 's/\\(aq/'"'"'/g' "$work/godwit.1" >"$work/page"
sed -nE "s/^    '([a-z ]*)'\)\$/\1/p" "$work/godwit.bash" >"$work/verbs"
while IFS= read -r verbs; do
  read -ra words <<<"$verbs"
  "$godwit" "${words[@]}" --help
done <"$work/verbs" >"$work/help"

# ---- the page

if command -v groff >/dev/null; then
  said=$(groff -man -Tutf8 -ww -z "$work/godwit.1" 2>&1)
  [ -z "$said" ] || offence "groff says: $said"
fi
grep -q '^\.TH GODWIT 1 "" "godwit 1\.2\.3"' "$work/page" || offence "the page has no version"
! grep -q "@[A-Z]*@" "$work/page" || offence "something was not put into the page"
options() { grep -oE -- '(^|[ ,])--[a-z][a-z0-9-]+' "$1" | tr -d ' ,' | sort -u; }
while IFS= read -r option; do
  offence "one side alone, page or help, has $option"
done < <(comm -3 <(options "$work/page") <(options "$work/help") | tr -d '\t')
while IFS= read -r verbs; do
  read -ra words <<<"$verbs"
  ! "$godwit" "${words[@]}" --help | grep -q '^Subcommands:' || continue
  grep -qxF ".SS \"godwit $verbs\"" "$work/page" || offence "the page does not have godwit $verbs"
done <"$work/verbs"
while IFS= read -r key; do
  grep -qE "^\\\\fB$key\\\\fR " "$work/godwit.1" || offence "the page does not have the key $key"
done < <(sed -nE "s/^    \{'(.)', KeyAction.*/\1/p" "$root/apps/godwit/key_reader.cc" | sed 's/?/\\?/')
while IFS= read -r code; do
  grep -qx "$code" <(sed -n '/^\.SH "EXIT STATUS"/,/^\.SH ENV/p' "$work/page") || offence "the page does not have the exit code $code"
done < <(sed -n '/^Exit codes:/,/^$/p' <("$godwit" --help) | grep -oE '\<[0-9]+\>')

# ---- the completion of bash

# completes "WORDS" WANTED: what is offered where the line ends.
completes() {
  local got
  got=$(cd "$work" && bash -c '
    source ./godwit.bash
    read -ra COMP_WORDS <<<"$1"
    [[ $1 != *" " ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _godwit
    echo "${COMPREPLY[*]}"' bash "$1")
  [ "$got" = "$2" ] || offence "after \"$1\" it offers \"$got\", not \"$2\""
}
completes 'godwit ca' 'call'
completes 'godwit --v' '--version'
completes 'godwit lab r' 'run'
completes 'godwit lab run --see' '--seed'
completes 'godwit call --hos' '--hosts'
completes 'godwit call --no-h' '--no-history'
completes 'godwit call bob --transf' '--transfers'
completes 'godwit call --dialog' '--dialog-watchers'
completes 'godwit call --color ' 'auto always never'
completes 'godwit call --record ver' 'verbs'
completes 'godwit call --aor ' ''
completes 'godwit version --aor' ''

# ---- the completion of zsh

# completes_in_zsh "LINE" WANTED: the same there, in the order of the alphabet.
completes_in_zsh() {
  local got
  got=$(cd "$work" && timeout 30 zsh -f "$root/tests/docs/zsh_offers.zsh" "$work" "$1" | paste -sd ' ')
  [ "$got" = "$2" ] || offence "zsh offers \"$got\" after \"$1\", not \"$2\""
}
# Every verb has its options, each once, in both.
options <(sed -n "/^        /p" "$work/_godwit" | grep -oE -- "^ *'?[^[]*\[" | tr "'{}()*[" ' ') >"$work/zsh_options"
while IFS= read -r option; do
  offence "one side alone, zsh or help, has $option"
done < <(comm -3 "$work/zsh_options" <(options "$work/help") | tr -d '\t')
diff <(sed -nE "s/^    '([a-z ]*)'\)\$/\1/p" "$work/_godwit") "$work/verbs" >/dev/null || offence "zsh has other verbs than bash"
if command -v zsh >/dev/null; then
  completes_in_zsh 'godwit ca' 'call'
  completes_in_zsh 'godwit --v' '--version'
  completes_in_zsh 'godwit con' 'config'
  completes_in_zsh 'godwit lab r' 'run'
  completes_in_zsh 'godwit lab run --see' '--seed'
  completes_in_zsh 'godwit call --hos' '--hosts'
  completes_in_zsh 'godwit call --no-h' '--no-history'
  completes_in_zsh 'godwit call bob --transf' '--transfers'
  completes_in_zsh 'godwit call --json --js' ''
  completes_in_zsh 'godwit call --dns 192.0.2.1 --dn' '--dns'
  completes_in_zsh 'godwit call --color ' 'always auto never'
  completes_in_zsh 'godwit call --record ver' 'verbs'
  completes_in_zsh 'godwit call --aor ' ''
  completes_in_zsh 'godwit version --aor' ''
else
  echo "zsh is not installed: its completion was read, not run"
fi

[ "$bad" -eq 0 ] || exit 1
echo "manual page and completions are those of the program"
