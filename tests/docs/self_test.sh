#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A check that never fails proves nothing: code_blocks.sh is given a page that is sound, and then
# pages with one thing broken. self_test.sh SOURCE BUILD COMPILER PROGRAM
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source=$(realpath "$1") build=$2 compiler=$3 godwit=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

mkdir "$work/docs"
ln -s "$source/include" "$work/include"
cp "$source/test" "$source/run" "$source/CMakePresets.json" "$work"
"$godwit" --help | awk '/^Subcommands:/ { on = 1; next } /^[^ ]/ { on = 0 } on && NF { print "| `" $1 "` | |" }' \
  >"$work/docs/getting-started.md"

check() { "$here/code_blocks.sh" "$work" "$build" "$compiler" "$godwit" 2>&1; }

# block LABEL LINE...
block() {
  printf '```%s\n' "$1"
  shift
  printf '%s\n' "$@" '```'
}

# page FAULT WORD: the page on standard input is found at fault, and the word is said.
page() {
  local out
  cat >"$work/page.md"
  if out=$(check); then
    echo "not seen: $1"
    failed=1
  elif ! grep -qF -- "$2" <<<"$out"; then
    printf '%s is seen, but not as "%s":\n%s\n' "$1" "$2" "$out"
    failed=1
  fi
}

{
  block cpp '#include <godwit/godwit.h>' 'int main() { return godwit::UserAgent().poll() ? 0 : 1; }'
  block cpp 'if (std::holds_alternative<godwit::CallEnded>(event)) agent.stop();' 'static_cast<void>(account.id());'
  block sh 'cat >users.txt <<END' 'a:b' 'END' 'godwit serve --domain x.test --users users.txt -vv &  # a server' \
    'PASSWORD=… godwit call bob --aor=a@x.test \' '    --timeout 3' 'sudo build/release/bin/godwit network plan --remote x' \
    'godwit network plan x; godwit parse - <message.txt | godwit --version' './test --quick' 'cmake --workflow --preset dev'
  block '' '$ godwit sdp offer.txt' 'valid' 'a picture'
  echo 'and `godwit lab run vpn|flap [--loss PERCENT]`'
} >"$work/page.md"
if ! out=$(check); then
  printf 'fault is found with a sound page:\n%s\n' "$out"
  failed=1
fi

block cpp 'int main() { return nothing; }' | page "C++ that is none" "does not compile"
block cpp 'call.hang_up(1);' | page "a fragment with a wrong call" "page.md:2:"
block cpp 'account.dial("bob");' | page "a result that is dropped" "does not compile"
block sh 'godwti serve' | page "a misspelt program" "command not found"
block sh 'godwit serve "' | page "an open quote" "the shell says"
block sh 'godwit frob' | page "an unknown verb" "no verb frob"
block sh 'godwit lab walk' | page "an unknown verb below a verb" "too many words"
block sh 'godwit sdp --stream' | page "an option of another verb" "no option --stream"
block sh 'godwit serve --domain x' | page "an option left out" "wants --users"
block sh 'godwit call --aor a@x' | page "a target left out" "wants target"
block sh 'godwit call bob --aor' | page "a value left out" "--aor wants a value"
block sh './test --fast' | page "an unknown option of a script" "test has no --fast"
block sh 'bench/run' | page "a script that is not there" "there is no bench/run"
block sh 'cmake --preset quick' | page "an unknown preset" "no preset quick"
block '' '$ godwit sdp --noise x' | page "an unknown option behind a prompt" "no option --noise"
block '' 'godwit sdp' | page "commands without label" "has no label"
block bash 'godwit sdp' | page "a label nobody checks" "not bash"
echo 'so `godwit parse --fast` it is' | page "an unknown option in running text" "no option --fast"
echo 'so `godwit frob` it is' | page "an unknown verb in running text" "no verb frob"
sed -i '/`sdp`/d' "$work/docs/getting-started.md"
echo | page "a verb without place" "the verb sdp is missing"

[ "$failed" -eq 0 ] || exit 1
echo "the check of the documents fails when it should"
