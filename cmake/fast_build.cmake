# SPDX-License-Identifier: Apache-2.0
# ccache and mold where they are installed: only for those who work on godwit itself.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

find_program(GODWIT_CCACHE ccache)
if(GODWIT_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache wants to be told, and the compiler to be asked for, before it keeps what used
  # precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${GODWIT_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  else()
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

find_program(GODWIT_MOLD mold)
if(GODWIT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
