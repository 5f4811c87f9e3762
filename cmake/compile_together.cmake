# SPDX-License-Identifier: Apache-2.0
# Tests and programs are mostly headers to the compiler: where tests are built, some files of theirs
# make one unit, which takes a third of the time. What stands in the anonymous namespace of a file needs
# a name of its own in its program then. The rooms stay apart: a name that one file does not see in one
# build must not change what it means in another.
set(GODWIT_TOGETHER 5 CACHE STRING "Files of tests and programs that are compiled as one; 1: each alone")

function(godwit_compile_together target)
  if(GODWIT_BUILD_TESTS AND GODWIT_TOGETHER GREATER 1)
    set_target_properties(${target} PROPERTIES
      UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${GODWIT_TOGETHER})
  endif()
endfunction()
