# SPDX-License-Identifier: Apache-2.0
# What SIP may be carried by in this build. `godwit_transports` is what src/io needs for it,
# `godwit_left_out` the files of src/io that this build does without.
option(GODWIT_WITH_UDP "Carry SIP over UDP" ON)
option(GODWIT_WITH_TCP "Carry SIP over TCP" ON)
option(GODWIT_WITH_TLS "Carry SIP over TLS (OpenSSL's libssl)" ON)

add_library(godwit_transports INTERFACE)
set(godwit_openssl_components Crypto SSL)  # SSL: for DTLS too
foreach(transport UDP TCP TLS)
  if(GODWIT_WITH_${transport})
    target_compile_definitions(godwit_transports INTERFACE GODWIT_WITH_${transport})
  endif()
endforeach()

set(godwit_left_out "")
if(GODWIT_WITH_TLS)
  list(APPEND godwit_left_out "io/no_tls_streams[^/]*$")
else()
  list(APPEND godwit_left_out "io/(tls_|certificate)[^/]*$")
endif()
if(GODWIT_WITH_TCP OR GODWIT_WITH_TLS)
  list(APPEND godwit_left_out "io/no_stream_ports[^/]*$")
else()
  list(APPEND godwit_left_out "io/stream_[^/]*$")
endif()

find_package(OpenSSL 3 REQUIRED COMPONENTS ${godwit_openssl_components})
if(GODWIT_WITH_TLS)
  target_link_libraries(godwit_transports INTERFACE OpenSSL::SSL)
endif()
