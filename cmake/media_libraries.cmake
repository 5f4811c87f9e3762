# SPDX-License-Identifier: Apache-2.0
# What the sound of calls needs. `godwit_codecs` is what src/audio links, `godwit_sound_files` and
# `godwit_devices` what src/io needs.
option(GODWIT_WITH_SNDFILE "Play and record audio files (libsndfile, LGPL)" ON)
option(GODWIT_WITH_DEVICES "Microphones and loudspeakers (libcubeb)" ON)

find_package(SpeexDSP REQUIRED)
find_package(Opus REQUIRED)
# By the name that a linker knows, for those who link the static library.
set(godwit_media_libraries speexdsp opus)

add_library(godwit_codecs INTERFACE)
target_link_libraries(godwit_codecs INTERFACE SpeexDSP::SpeexDSP Opus::Opus)

add_library(godwit_sound_files INTERFACE)
if(GODWIT_WITH_SNDFILE)
  find_package(SndFile REQUIRED)
  target_link_libraries(godwit_sound_files INTERFACE SndFile::SndFile SpeexDSP::SpeexDSP)
  target_compile_definitions(godwit_sound_files INTERFACE GODWIT_WITH_SNDFILE)
  list(APPEND godwit_media_libraries sndfile)
endif()

add_library(godwit_devices INTERFACE)
if(GODWIT_WITH_DEVICES)
  find_package(Cubeb REQUIRED)
  target_link_libraries(godwit_devices INTERFACE Cubeb::Cubeb)
  list(APPEND godwit_media_libraries cubeb)
  list(APPEND godwit_left_out "io/no_sound_card[^/]*$")
else()
  list(APPEND godwit_left_out "io/cubeb_card[^/]*$")
endif()
