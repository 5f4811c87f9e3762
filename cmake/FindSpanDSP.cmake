# SPDX-License-Identifier: Apache-2.0
find_path(SpanDSP_INCLUDE_DIR spandsp.h)
find_library(SpanDSP_LIBRARY spandsp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SpanDSP REQUIRED_VARS SpanDSP_LIBRARY SpanDSP_INCLUDE_DIR)
if(SpanDSP_FOUND AND NOT TARGET SpanDSP::SpanDSP)
  add_library(SpanDSP::SpanDSP UNKNOWN IMPORTED)
  set_target_properties(SpanDSP::SpanDSP PROPERTIES
    IMPORTED_LOCATION ${SpanDSP_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${SpanDSP_INCLUDE_DIR})
endif()
