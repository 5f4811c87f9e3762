# SPDX-License-Identifier: Apache-2.0
find_path(Cubeb_INCLUDE_DIR cubeb/cubeb.h)
find_library(Cubeb_LIBRARY cubeb)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Cubeb REQUIRED_VARS Cubeb_LIBRARY Cubeb_INCLUDE_DIR)
if(Cubeb_FOUND AND NOT TARGET Cubeb::Cubeb)
  add_library(Cubeb::Cubeb UNKNOWN IMPORTED)
  set_target_properties(Cubeb::Cubeb PROPERTIES
    IMPORTED_LOCATION ${Cubeb_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Cubeb_INCLUDE_DIR})
endif()
