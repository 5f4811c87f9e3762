# SPDX-License-Identifier: Apache-2.0
# Half of a room's compile time goes to the standard library: where tests are built, and everything
# therefore often, its headers are compiled once. Elsewhere each file stands alone, which shows whether
# it includes what it uses.
if(GODWIT_BUILD_TESTS)
  add_library(godwit_room_headers OBJECT ${CMAKE_CURRENT_LIST_DIR}/room_headers.cc)
  target_link_libraries(godwit_room_headers PRIVATE godwit_settings)
  target_precompile_headers(godwit_room_headers PRIVATE
    <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set> <string> <string_view>
    <unordered_map> <utility> <variant> <vector> <tl/expected.hpp>)
endif()

function(godwit_use_room_headers target)
  if(TARGET godwit_room_headers)
    target_precompile_headers(${target} REUSE_FROM godwit_room_headers)
  endif()
endfunction()
