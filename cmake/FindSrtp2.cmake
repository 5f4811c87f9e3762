# SPDX-License-Identifier: Apache-2.0
find_path(Srtp2_INCLUDE_DIR srtp2/srtp.h)
find_library(Srtp2_LIBRARY srtp2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Srtp2 REQUIRED_VARS Srtp2_LIBRARY Srtp2_INCLUDE_DIR)
if(Srtp2_FOUND AND NOT TARGET Srtp2::Srtp2)
  add_library(Srtp2::Srtp2 UNKNOWN IMPORTED)
  set_target_properties(Srtp2::Srtp2 PROPERTIES
    IMPORTED_LOCATION ${Srtp2_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Srtp2_INCLUDE_DIR})
endif()
