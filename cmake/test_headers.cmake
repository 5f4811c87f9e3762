# SPDX-License-Identifier: Apache-2.0
# GoogleTest takes up to half the time of a test file: it is compiled once for all of them.
# GODWIT_TEST_FLAGS are the tests' own: under sanitizers, optimising them takes most of the build.
if(GODWIT_BUILD_TESTS)
  add_executable(godwit_test_headers ${CMAKE_CURRENT_LIST_DIR}/test_headers.cc)
  target_link_libraries(godwit_test_headers PRIVATE godwit_settings GTest::gmock)
  target_compile_options(godwit_test_headers PRIVATE ${GODWIT_TEST_FLAGS})
  target_precompile_headers(godwit_test_headers PRIVATE
    <gmock/gmock.h> <gtest/gtest.h> <string> <vector>)
endif()

function(godwit_use_test_headers target)
  target_compile_options(${target} PRIVATE ${GODWIT_TEST_FLAGS})
  target_precompile_headers(${target} REUSE_FROM godwit_test_headers)
endfunction()
