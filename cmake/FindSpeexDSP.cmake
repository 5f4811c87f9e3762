# SPDX-License-Identifier: Apache-2.0
find_path(SpeexDSP_INCLUDE_DIR speex/speex_resampler.h)
find_library(SpeexDSP_LIBRARY speexdsp)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SpeexDSP REQUIRED_VARS SpeexDSP_LIBRARY SpeexDSP_INCLUDE_DIR)
if(SpeexDSP_FOUND AND NOT TARGET SpeexDSP::SpeexDSP)
  add_library(SpeexDSP::SpeexDSP UNKNOWN IMPORTED)
  set_target_properties(SpeexDSP::SpeexDSP PROPERTIES
    IMPORTED_LOCATION ${SpeexDSP_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${SpeexDSP_INCLUDE_DIR})
endif()
