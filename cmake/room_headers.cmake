# SPDX-License-Identifier: Apache-2.0
# Half of a room's compile time goes to the standard library: where tests are built, and everything
# therefore often, its headers are compiled once. Elsewhere each file stands alone, which shows whether
# it includes what it uses. Headers of ours are not among them: a name that one file does not see in one
# build must not change what it means in another.
# GODWIT_ROOM_FLAGS are compiler options of the rooms: a build that optimises nothing else is made in
# two thirds of the time and tests as fast.
set(godwit_program_headers  # of the programs, likewise
  <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <variant> <vector>
  <fmt/format.h> <nlohmann/json.hpp>)
if(GODWIT_BUILD_TESTS)
  add_library(godwit_room_headers OBJECT ${CMAKE_CURRENT_LIST_DIR}/room_headers.cc)
  target_link_libraries(godwit_room_headers PRIVATE godwit_settings)
  target_compile_options(godwit_room_headers PRIVATE ${GODWIT_ROOM_FLAGS})
  target_precompile_headers(godwit_room_headers PRIVATE
    <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set> <string> <string_view>
    <unordered_map> <utility> <variant> <vector> <tl/expected.hpp>)
endif()

function(godwit_use_room_headers target)
  target_compile_options(${target} PRIVATE ${GODWIT_ROOM_FLAGS})
  if(TARGET godwit_room_headers)
    target_precompile_headers(${target} REUSE_FROM godwit_room_headers)
  endif()
endfunction()
