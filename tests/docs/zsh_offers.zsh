# SPDX-License-Identifier: Apache-2.0
# What zsh offers where a line ends: zsh -f zsh_offers.zsh FOLDER LINE
# FOLDER has the completion, _godwit. Prints the words, one a line, sorted.
zmodload zsh/zpty
offers=$(mktemp)
zpty shell zsh -f -i
zpty -w shell "cd ${(q)1}; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D; OFFERS=${(q)offers}"
zpty -w shell '
# What would be shown is written down; what only asks zsh about words is let through.
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a matching
  builtin compadd -A matching "$@"
  (($#matching)) && print -rl -- $matching >>$OFFERS
  builtin compadd "$@"
}
tell_end() { print -n "<""over>"; }
comppostfuncs=(tell_end)
setopt no_beep no_list_beep
bindkey "^I" complete-word
PS1=
'
zpty -w -n shell "$2"$'\t'
zpty -r -m shell heard '*<over>*'
zpty -d shell
sort -u "$offers"
rm -f "$offers"
