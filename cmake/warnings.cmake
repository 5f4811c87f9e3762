# SPDX-License-Identifier: Apache-2.0
# Warnings are for those who work on godwit, not for those who build it as a dependency.
add_library(godwit_warnings INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(godwit_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  # Every member has a default: an initialiser names those that differ.
  target_compile_options(godwit_warnings INTERFACE -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 warns of the inactive alternatives of a std::variant when it optimises.
    target_compile_options(godwit_warnings INTERFACE -Wno-maybe-uninitialized)
  else()
    # Part of Clang's -Wconversion, not of GCC's.
    target_compile_options(godwit_warnings INTERFACE -Wno-sign-conversion)
  endif()
  if(GODWIT_WERROR)
    target_compile_options(godwit_warnings INTERFACE -Werror)
  endif()
endif()
