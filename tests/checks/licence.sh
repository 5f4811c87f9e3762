#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source begins with its licence; a header goes on with #pragma once.
source "$(dirname "$0")/sources.sh"

line='SPDX-License-Identifier: Apache-2.0'

for file in $(cpp_files include src apps tests examples bench); do
  if [ "$(head -n 1 "$file")" != "// $line" ]; then offence "$file" "does not begin with // $line"; fi
  if [[ $file == *.h ]] && [ "$(sed -n 2p "$file")" != '#pragma once' ]; then
    offence "$file" "its second line is not #pragma once"
  fi
done

while IFS= read -r file; do
  if ! head -n 2 "$file" | grep -qF "# $line"; then offence "$file" "has no # $line at its head"; fi
done < <(find . -path ./build -prune -o -path ./.git -prune -o -path ./out -prune -o \
  -type f \( -name CMakeLists.txt -o -name '*.cmake' -o -name '*.sh' -o -path './tools/*' \
  -o -path './.ci/*' -o -name run -o -name test \) -print | LC_ALL=C sort)

finish "every file says its licence"
