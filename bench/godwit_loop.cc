// SPDX-License-Identifier: Apache-2.0
#include "loop.h"
#include "read_godwit.h"

int main(int argc, char** argv) {
  return bench::run_loop(bench::godwit_parser(), argc, argv);
}
