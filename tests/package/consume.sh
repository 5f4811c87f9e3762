#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Uses the library as others do: consume.sh find_package|pkg_config|add_subdirectory SOURCE BUILD
# The first two use what `cmake --install` puts into a folder of its own.
set -euo pipefail
way=$1 source=$2 build=$3
here=$source/tests/package
work=$build/package/$way
prefix=$work/prefix
rm -rf "$work/build" "$prefix"
mkdir -p "$work"

launcher=()
! command -v ccache >/dev/null || launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

install_library() {
  cmake --install "$build" --prefix "$prefix" >"$work/install.log"
}

build_with_cmake() {
  cmake -S "$here/$way" -B "$work/build" -G Ninja "${launcher[@]}" "$@"
  cmake --build "$work/build" --target consumer
}

case "$way" in
  find_package)
    install_library
    for file in man/man1/godwit.1 bash-completion/completions/godwit zsh/site-functions/_godwit; do
      [ -s "$prefix/share/$file" ] || { echo "not installed: $file" >&2; exit 1; }
    done
    build_with_cmake -DCMAKE_PREFIX_PATH="$prefix" ;;
  pkg_config)
    if ! command -v pkg-config >/dev/null; then
      echo "skipped: pkg-config is not installed"
      exit 77
    fi
    install_library
    mkdir -p "$work/build"
    PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name godwit.pc)")
    export PKG_CONFIG_PATH
    # The prefix of the file is where the package was configured for; here it lies elsewhere.
    read -ra flags < <(pkg-config --define-variable=prefix="$prefix" --cflags --libs --static godwit)
    g++ -std=c++20 "$here/consumer.cc" "${flags[@]}" -o "$work/build/consumer" ;;
  add_subdirectory)
    build_with_cmake -DGODWIT_SOURCE_DIR="$source" ;;
  *)
    echo "no such way: $way" >&2
    exit 2 ;;
esac

"$work/build/consumer"
