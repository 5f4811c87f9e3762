# SPDX-License-Identifier: Apache-2.0
# A room is one folder under src/: an OBJECT library with its allowed neighbours declared, and a test
# program made of the *_test.cc files that stand beside the sources.

set_property(GLOBAL PROPERTY GODWIT_ROOMS "")

add_library(godwit_settings INTERFACE)
target_include_directories(godwit_settings INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)
target_compile_features(godwit_settings INTERFACE cxx_std_20)
target_link_libraries(godwit_settings INTERFACE tl::expected godwit_warnings godwit_sanitizers)

# godwit_room(<folder> [DEPS <folder>...] [LINK <target>...] [WITHOUT <regular expression>...]
#             [TEST_PRECOMPILE <header>...])
# TEST_PRECOMPILE names what nearly every test of a large room includes.
function(godwit_room folder)
  cmake_parse_arguments(ROOM "" "" "DEPS;LINK;WITHOUT;TEST_PRECOMPILE" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cc)
  foreach(left_out ${ROOM_WITHOUT})
    list(FILTER sources EXCLUDE REGEX ${left_out})
  endforeach()
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  # uses_* is what the sources need to compile, room_* what a program needs to link the room as well.
  add_library(uses_${name} INTERFACE)
  add_library(room_${name} INTERFACE)
  target_link_libraries(uses_${name} INTERFACE godwit_settings ${ROOM_LINK})
  target_link_libraries(room_${name} INTERFACE uses_${name})
  foreach(dep ${ROOM_DEPS})
    string(REPLACE "/" "_" dep_name ${dep})
    target_link_libraries(uses_${name} INTERFACE uses_${dep_name})
    target_link_libraries(room_${name} INTERFACE room_${dep_name})
  endforeach()
  if(sources)
    add_library(objects_${name} OBJECT ${sources})
    target_link_libraries(objects_${name} PRIVATE uses_${name})
    target_compile_definitions(objects_${name} PRIVATE GODWIT_BUILDING)
    godwit_use_room_headers(objects_${name})
    set_property(GLOBAL APPEND PROPERTY GODWIT_ROOMS objects_${name})
    # An archive for the test programs: only what a test needs is linked, each object once.
    add_library(archive_${name} STATIC $<TARGET_OBJECTS:objects_${name}>)
    target_link_libraries(room_${name} INTERFACE archive_${name})
    foreach(dep ${ROOM_DEPS})
      string(REPLACE "/" "_" dep_name ${dep})
      target_link_libraries(archive_${name} INTERFACE room_${dep_name})
    endforeach()
    target_link_libraries(archive_${name} INTERFACE ${ROOM_LINK})
  endif()
  if(tests AND GODWIT_BUILD_TESTS)
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE room_${name} GTest::gmock GTest::gtest_main)
    target_include_directories(${name}_tests PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_compile_definitions(${name}_tests PRIVATE GODWIT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    godwit_use_test_headers(${name}_tests ${ROOM_TEST_PRECOMPILE})
    set_property(GLOBAL APPEND PROPERTY GODWIT_UNIT_TESTS ${name}_tests)
  endif()
endfunction()

# The library itself: all rooms in one.
function(godwit_library)
  get_property(rooms GLOBAL PROPERTY GODWIT_ROOMS)
  set(objects "")
  foreach(room ${rooms})
    list(APPEND objects $<TARGET_OBJECTS:${room}>)
  endforeach()
  add_library(godwit ${objects})
  add_library(godwit::godwit ALIAS godwit)
  set_target_properties(godwit PROPERTIES
    LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_compile_features(godwit PUBLIC cxx_std_20)
  target_include_directories(godwit PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(godwit PUBLIC tl::expected
    PRIVATE OpenSSL::SSL OpenSSL::Crypto $<BUILD_INTERFACE:CAres::CAres> Threads::Threads
            $<BUILD_INTERFACE:godwit_transports> $<BUILD_INTERFACE:godwit_codecs>
            $<BUILD_INTERFACE:godwit_sound_files> $<BUILD_INTERFACE:godwit_devices>
            $<BUILD_INTERFACE:godwit_storage> $<BUILD_INTERFACE:pugixml::pugixml>
            $<BUILD_INTERFACE:godwit_sanitizers>)
endfunction()
