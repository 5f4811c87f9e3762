#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A check that never fails proves nothing: each one is given a small tree that is sound, and then the
# same tree with one thing broken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
head='// SPDX-License-Identifier: Apache-2.0'

# A tree without fault, in $work/tree.
make_tree() {
  rm -rf "$work/tree"
  mkdir -p "$work/tree"/{include/godwit,src/base,src/net,src/sdp,src/rtp,src/io,apps/godwit,docs,tests/checks}
  cd "$work/tree"
  printf '%s\n#pragma once\n\n#include <string>\n\n/// A thing.\nstruct Thing {\n  int size = 0;  ///< bytes\n};\n' "$head" \
    >include/godwit/thing.h
  printf '%s\n#include "net/a.h"\n\n#include "base/b.h"\n\nint f(int x) {\n  return x;\n}\n' "$head" >src/net/a.cc
  printf '%s\n#include "net/a.h"\n' "$head" >src/net/a_test.cc
  printf '%s\n#pragma once\n\n#include "godwit/thing.h"\n' "$head" >src/net/a.h
  printf '%s\n#pragma once\n' "$head" >src/base/b.h
  printf '%s\n#pragma once\n\n#include <sys/socket.h>\n\n#include "net/a.h"\n' "$head" >src/io/socket.h
  printf '# SPDX-License-Identifier: Apache-2.0\n' >CMakeLists.txt
}

# expect CHECK NAME WORD: the check fails on the tree, and its output has the word.
expect_failure() {
  local check=$1 name=$2 word=$3 out
  if out=$("$here/$check.sh" "$work/tree" 2>&1); then
    echo "$check does not see: $name"
    failed=1
  elif ! grep -qF -- "$word" <<<"$out"; then
    echo "$check sees $name, but does not say \"$word\":"
    echo "$out"
    failed=1
  fi
}

make_tree
for check in layers forbidden_calls sizes names untested documentation licence; do
  if ! out=$("$here/$check.sh" "$work/tree" 2>&1); then
    echo "$check finds fault with a sound tree:"
    echo "$out"
    failed=1
  fi
done

# broken CHECK NAME WORD: reads what to append to which file.
broken() {
  local check=$1 name=$2 word=$3 file=$4 text=$5
  make_tree
  mkdir -p "$(dirname "$file")"
  case "$file" in
    *.list) ;;
    *) [ -f "$file" ] || printf '%s\n' "$head" >"$file" ;;
  esac
  printf '%b\n' "$text" >>"$file"
  expect_failure "$check" "$name" "$word"
}

lines() { awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) print text }'; }

broken layers "an include to the right" "base may not include" src/base/c.cc '#include "net/a.h"'
broken layers "neighbours" "sdp may not include" src/sdp/c.cc '#include "rtp/packet.h"'
broken layers "a socket in the core" "only src/io does I/O" src/net/c.cc '#include <netinet/in.h>'
broken layers "Asio in the core" "only src/io does I/O" src/sdp/c.cc '#include <asio.hpp>'
broken layers "a thread in the core" "no threads" src/sdp/c.cc '#include <thread>'
broken layers "a handle below the shell" "includes godwit/account.h" src/net/c.cc '#include "godwit/account.h"'
broken layers "Asio in the program" "includes <asio.hpp>" apps/godwit/c.cc '#include <asio.hpp>'
broken layers "OpenSSL in a public header" "a public header includes" include/godwit/thing.h '#include <openssl/evp.h>'
broken layers "an unknown room" "is no room" src/attic/c.cc '#include <string>'

for call in 'std::chrono::steady_clock::now()' 'std::chrono::system_clock::now()' 'rand()' \
  'std::random_device dice' 'std::getenv("HOME")' 'std::this_thread::sleep_for(x)' 'usleep(5)'; do
  broken forbidden_calls "$call" "calls the world" src/net/c.cc "auto x = $call;"
done

broken sizes "a long file" "at most 600" src/net/c.cc "$(lines 601 'int x;')"
broken sizes "a long test" "at most 1000" src/net/c_test.cc "$(lines 1001 'int x;')"
broken sizes "a long function" "a function of 63 lines" src/net/c.cc "void f(int a,\n       int b) {\n$(lines 60 '  g();')\n}"
broken sizes "a long member" "a function of 62 lines" src/net/c.cc "class C {\n  void f() {\n$(lines 60 '    g();')\n  }\n};"
broken sizes "many long functions" "nine of ten functions" src/net/c.cc \
  "$(for i in 1 2 3 4; do printf 'void f%d() {\n%s\n}\n\n' "$i" "$(lines 30 '  g();')"; done)"
broken sizes "a long public header" "at most 1700" include/godwit/thing.h "$(lines 1701 '//')"

for name in string_util common_types call_helper manager misc; do
  broken names "$name" "says nothing" "src/net/$name.cc" ''
done
broken names "CamelCase" "snake_case" src/net/SocketAddress.cc ''

broken untested "a source without test" "has no c.cc test" src/net/c.cc ''
make_tree
printf '%s\n' "$head" >src/net/c.cc
printf 'src/net/c.cc\n' >tests/checks/untested.list
expect_failure untested "a list without reason" "no reason"
broken untested "an excuse for what is gone" "not there any more" tests/checks/untested.list 'src/net/gone.cc because it was'
broken untested "an excuse for what is tested" "has a test by now" tests/checks/untested.list 'src/net/a.cc because it was'
broken untested "a test of nothing" "tests nothing" src/net/gone_test.cc ''

broken documentation "a type without comment" "no doc comment" include/godwit/thing.h '\nclass Bare {\n};'
broken documentation "a function without comment" "no doc comment" include/godwit/thing.h '\nvoid bare(int x);'
broken documentation "an option without place" "is not in docs/settings.md" include/godwit/options.h '#pragma once\n/// A.\nstruct A {\n  bool loud = true;\n};'
broken documentation "an option without unit" "does not name its unit" include/godwit/options.h '#pragma once\n/// A.\nstruct A {\n  int wait = 5;\n};'
limit='namespace limits {\ninline constexpr int kThings =\n    1\x27200; // of one\n}'
broken documentation "a limit without place" "kThings, 1,200, is not in docs/settings.md" src/base/limits.h "$limit"
printf '| `kThings` | things | 2 |\n' >docs/settings.md
expect_failure documentation "a limit with another number" "kThings, 1,200, is not in docs/settings.md"
printf '| `kThings` | things | 1,200 |\n| `kGone` | gone | 1 |\n' >docs/settings.md
expect_failure documentation "a limit that is gone" "kGone is no limit any more"
broken documentation "a limit that is computed" "no plain number" src/base/limits.h 'inline constexpr int kThings = 2 * kMore;'
broken documentation "an event without place" "Gone is missing" include/godwit/event.h '/// All.\nusing Event = std::variant<Gone>;'
broken documentation "a line of the stream without place" '"server.ready" is missing' apps/godwit/c.cc 'auto l = envelope(now(), "server.ready");'
broken documentation "a link to nowhere" "link to gone.md" docs/a.md 'See [b](gone.md#part) and [c](https://example.org).'

broken faults "a test that is not there" "no test is called Gone.Test" docs/faults.md 'See `Gone.Test`.'
broken faults "a row that is not there" "no row is called gone" docs/faults.md 'See `Gone.Test/gone`.'

make_tree
printf '#pragma once\n' >src/net/c.h
expect_failure licence "a header without licence" "does not begin with"
broken licence "a header without guard" "#pragma once" src/net/c.h 'int x;'
make_tree
mkdir -p tools
printf '#!/bin/sh\n' >tools/thing
expect_failure licence "a script without licence" "at its head"

[ "$failed" -eq 0 ] || exit 1
echo "every check fails when it should"
