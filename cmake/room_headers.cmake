# SPDX-License-Identifier: Apache-2.0
# Half of a room's compile time goes to the standard library: where tests are built, and everything
# therefore often, its headers are compiled once, for the hot rooms and for the others. Elsewhere each
# file stands alone, which shows whether it includes what it uses. Headers of ours are not among them:
# a name that one file does not see in one build must not change what it means in another.
# GODWIT_HOT_FLAGS are compiler options of the hot rooms, those that every message or packet runs
# through: a build that optimises nothing else is made in half the time and tests as fast.
set(godwit_room_headers
  <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set> <string> <string_view>
  <unordered_map> <utility> <variant> <vector> <tl/expected.hpp>)
set(godwit_program_headers  # of the programs, likewise
  <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <variant> <vector>
  <fmt/format.h> <nlohmann/json.hpp>)

function(godwit_compile_room_headers name)
  if(GODWIT_BUILD_TESTS)
    add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/room_headers.cc)
    target_link_libraries(${name} PRIVATE godwit_settings)
    target_compile_options(${name} PRIVATE ${ARGN})
    target_precompile_headers(${name} PRIVATE ${godwit_room_headers})
  endif()
endfunction()
godwit_compile_room_headers(godwit_room_headers)
godwit_compile_room_headers(godwit_hot_room_headers ${GODWIT_HOT_FLAGS})

# godwit_use_room_headers(<target> [HOT])
function(godwit_use_room_headers target)
  set(headers godwit_room_headers)
  if("HOT" IN_LIST ARGN)
    set(headers godwit_hot_room_headers)
    target_compile_options(${target} PRIVATE ${GODWIT_HOT_FLAGS})
  endif()
  if(TARGET ${headers})
    target_precompile_headers(${target} REUSE_FROM ${headers})
  endif()
endfunction()
