# SPDX-License-Identifier: Apache-2.0
# Warnings are for those who work on godwit, not for those who build it as a dependency.
add_library(godwit_warnings INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(godwit_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 asks for every member in a designated initialiser, although each has a default.
    target_compile_options(godwit_warnings INTERFACE -Wno-missing-field-initializers)
    # GCC 12 warns of the inactive alternatives of a std::variant when it optimises.
    target_compile_options(godwit_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
  if(GODWIT_WERROR)
    target_compile_options(godwit_warnings INTERFACE -Werror)
  endif()
endif()
