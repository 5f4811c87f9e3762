#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A file is named after the one thing it holds.
source "$(dirname "$0")/sources.sh"

for file in $(cpp_files include src apps tests examples bench); do
  name=${file##*/}
  if [[ $name =~ (util|common|helper|manager|misc) ]]; then
    offence "$file" "says nothing about what is in it"
  fi
  if [[ ! $name =~ ^[a-z0-9_]+\.(h|cc)$ ]]; then offence "$file" "is not in snake_case"; fi
  if [[ $name == *_test.h ]]; then offence "$file" "a test is a .cc file"; fi
done

finish "names say what is there"
