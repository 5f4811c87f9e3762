# SPDX-License-Identifier: Apache-2.0
add_library(godwit_sanitizers INTERFACE)
if(GODWIT_SANITIZE)
  target_compile_options(godwit_sanitizers INTERFACE
    -fsanitize=${GODWIT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(godwit_sanitizers INTERFACE -fsanitize=${GODWIT_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Among ThreadSanitizer's calls GCC 12 takes a std::string that is copied for its inner buffer.
    target_compile_options(godwit_sanitizers INTERFACE -Wno-array-bounds -Wno-stringop-overflow
      -Wno-stringop-overread)
  endif()
endif()
