#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A folder includes only itself and what is left of it (docs/architecture.md); system headers that do
# I/O stay where I/O is done.
source "$(dirname "$0")/sources.sh"

# What each room may include besides itself.
declare -A allowed=(
  [base]=""
  [crypto]="base"
  [net]="base"
  [sip/message]="base crypto net"
  [sdp]="base crypto net"
  [rtp]="base crypto net"
  [srtp]="base crypto net rtp"
  [audio]="base crypto net"
  [sip/header]="base net sip/message"
  [sip/transport]="base crypto net sip/message"
  [sip/auth]="base crypto net sip/message"
  [sip/locate]="base net sip/message sip/transport"
  [stun]="base crypto net"
  [media]="base crypto net sdp stun rtp srtp audio"
  [sip/event]="base net sip/message sip/header"
  [sip/verdict]="base net sip/message sip/header sip/auth sdp"
  [sip/transaction]="base crypto net sip/message sip/transport sip/auth"
  [sip/dialog]="base crypto net sip/message sip/header sip/transport sip/auth sip/transaction"
  [roam]="base net"
  [ua]="base crypto net sip/message sip/header sip/event sip/verdict sip/transport sip/auth sip/locate sip/transaction sip/dialog sdp stun rtp srtp audio media roam"
  [server]="base crypto net sip/message sip/header sip/event sip/transport sip/auth sip/locate sip/transaction sip/dialog stun"
)
core="${!allowed[*]}"
allowed[io]="$core"
allowed[api]="$core io"

# Headers of the handles: what is below the shell must not know them.
handles='^godwit/(user_agent|account|godwit)\.h$'

# includes FILE: prints the names between quotes or angle brackets, the latter with "<" in front.
includes() {
  sed -nE 's/^ *# *include +"([^"]+)".*/\1/p; s/^ *# *include +<([^>]+)>.*/<\1>/p' "$1"
}

check_quoted() {
  local file=$1 room=$2 name=$3 target
  case "$name" in
    godwit/*)
      if [ "$room" != api ] && [ "$room" != io ] && [[ $name =~ $handles ]]; then offence "$file" "includes $name"; fi
      return ;;
    support/* | checks/*)
      [[ $file == *_test.cc ]] || offence "$file" "includes $name, which is for tests"
      return ;;
  esac
  target=${name%/*}
  if [ "$target" != "$room" ] && [[ " ${allowed[$room]} " != *" $target "* ]]; then
    offence "$file" "$room may not include $name"
  fi
}

io_headers='^<(asio|ares|boost/asio|sys/|netinet/|arpa/|net/|netdb\.h|linux/|poll\.h|unistd\.h|fcntl\.h|ifaddrs\.h|openssl/ssl)'
thread_headers='^<(thread|mutex|condition_variable|future|atomic|shared_mutex)>'

check_system() {
  local file=$1 room=$2 name=$3
  case "$room" in
    io) return ;;
    crypto) case "$name" in '<openssl/ssl.h>' | '<sys/time.h>') return ;; esac ;;  # DTLS in memory; timeval
    api) [[ ! $name =~ ^\<(asio|ares) ]] || offence "$file" "includes $name: Asio and c-ares are src/io's"; return ;;
  esac
  if [[ $name =~ $io_headers ]]; then offence "$file" "includes $name: only src/io does I/O"; fi
  if [[ $name =~ $thread_headers ]]; then offence "$file" "includes $name: the core has no threads"; fi
  if [[ $name == '<openssl/'* && $room != crypto ]]; then
    offence "$file" "includes $name: OpenSSL is src/crypto's"
  fi
}

check_room_file() {
  local file=$1 room name
  room=${file#src/}
  room=${room%/*}
  if [ -z "${allowed[$room]+known}" ]; then
    offence "$file" "$room is no room of tests/checks/layers.sh"
    return
  fi
  while IFS= read -r name; do
    case "$name" in
      '<'*) check_system "$file" "$room" "$name" ;;
      */*) check_quoted "$file" "$room" "$name" ;;
      *) offence "$file" "includes $name without its room" ;;
    esac
  done < <(includes "$file")
}

for file in $(cpp_files src); do check_room_file "$file"; done

for file in $(cpp_files include); do
  while IFS= read -r name; do
    if [ "$file $name" = 'include/godwit/asio.h <asio/io_context.hpp>' ]; then continue; fi
    case "$name" in
      godwit/* | '<tl/expected.hpp>') ;;
      '<'*/* | '<'*.h) offence "$file" "a public header includes $name" ;;
      '<'*) ;;
      *) offence "$file" "a public header includes $name" ;;
    esac
  done < <(includes "$file")
done

# Programs talk to the network through the library; the lab builds networks and does its own I/O.
socket_headers='^<(asio|ares|sys/socket|netinet/|arpa/|netdb|linux/)'
for file in $(cpp_files apps examples); do
  [[ $file != apps/godwit/lab/* ]] || continue
  [[ $file != examples/asio_loop.cc ]] || continue  # shows godwit on an Asio loop that is there
  while IFS= read -r name; do
    if [[ $name =~ $socket_headers ]]; then offence "$file" "includes $name"; fi
  done < <(includes "$file")
done

finish "a folder includes only itself and what is left of it"
