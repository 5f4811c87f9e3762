# SPDX-License-Identifier: Apache-2.0
# GoogleTest takes up to half the time of a test file: it is compiled once for all of them.
set(godwit_test_headers <gmock/gmock.h> <gtest/gtest.h> <string> <vector>)
if(GODWIT_BUILD_TESTS)
  add_executable(godwit_test_headers ${CMAKE_CURRENT_LIST_DIR}/test_headers.cc)
  target_link_libraries(godwit_test_headers PRIVATE godwit_settings GTest::gmock)
  target_precompile_headers(godwit_test_headers PRIVATE ${godwit_test_headers})
endif()

# godwit_use_test_headers(<target> [<header>...]): with headers, the target gets its own.
function(godwit_use_test_headers target)
  godwit_compile_together(${target})
  if(ARGN)
    target_precompile_headers(${target} PRIVATE ${godwit_test_headers} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM godwit_test_headers)
  endif()
endfunction()
