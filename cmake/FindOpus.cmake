# SPDX-License-Identifier: Apache-2.0
find_path(Opus_INCLUDE_DIR opus/opus.h)
find_library(Opus_LIBRARY opus)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Opus REQUIRED_VARS Opus_LIBRARY Opus_INCLUDE_DIR)
if(Opus_FOUND AND NOT TARGET Opus::Opus)
  add_library(Opus::Opus UNKNOWN IMPORTED)
  set_target_properties(Opus::Opus PROPERTIES
    IMPORTED_LOCATION ${Opus_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Opus_INCLUDE_DIR})
endif()
