# SPDX-License-Identifier: Apache-2.0
# Standalone Asio: Debian ships headers only, without a CMake or pkg-config file.
find_path(Asio_INCLUDE_DIR asio.hpp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Asio REQUIRED_VARS Asio_INCLUDE_DIR)
if(Asio_FOUND AND NOT TARGET Asio::Asio)
  find_package(Threads REQUIRED)
  add_library(Asio::Asio INTERFACE IMPORTED)
  target_include_directories(Asio::Asio SYSTEM INTERFACE ${Asio_INCLUDE_DIR})
  target_compile_definitions(Asio::Asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED)
  target_link_libraries(Asio::Asio INTERFACE Threads::Threads)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND "${GODWIT_SANITIZE}" MATCHES "thread")
    # ThreadSanitizer knows no fences. Asio's stand beside its locks, which it knows.
    target_compile_options(Asio::Asio INTERFACE -Wno-tsan)
  endif()
endif()
