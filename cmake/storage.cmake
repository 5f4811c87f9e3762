# SPDX-License-Identifier: Apache-2.0
# What the embedded server needs to keep bindings in a file. `godwit_storage` is what src/io links.
option(GODWIT_WITH_SQLITE "Bindings of the embedded server outlive it (SQLite, public domain)" ON)

add_library(godwit_storage INTERFACE)
set(godwit_storage_libraries "")
if(GODWIT_WITH_SQLITE)
  find_package(SQLite3 REQUIRED)
  target_link_libraries(godwit_storage INTERFACE SQLite::SQLite3)
  list(APPEND godwit_storage_libraries sqlite3)
  list(APPEND godwit_left_out "io/no_binding_store[^/]*$")
else()
  list(APPEND godwit_left_out "io/sqlite_store[^/]*$")
endif()
