# SPDX-License-Identifier: Apache-2.0
# ccache and mold where they are installed: only for those who work on godwit itself.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

find_program(GODWIT_CCACHE ccache)
if(GODWIT_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GODWIT_CCACHE})
endif()

find_program(GODWIT_MOLD mold)
if(GODWIT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
