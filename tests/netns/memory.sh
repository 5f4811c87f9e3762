#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How long a server that failed is remembered, and where:
#   memory.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"

v4="10\.8\.0\.2" v6="\[2001:db8:8::2\]"

# Alice is registered over UDP and IPv4, since IPv6 swallows what she sends from her first link.
registered_by_ipv4() {
  usual_zone
  name_server
  server embedded
  nft 'add table inet hole; add chain inet hole forward { type filter hook forward priority 0; }'
  nft 'add rule inet hole forward iifname "to-a" ip6 daddr 2001:db8:8::2 udp dport 5060 drop'
  mapfile -t alice < <(as alice)
  capture a
  now
  start alice a "$godwit" register "${alice[@]}" --transport udp --events "$@"
  wait_for alice.out 'reg.ok.*10\.1\.0\.2'
}

heal() { nft flush chain inet hole forward; }

# since FILE: milliseconds from the timeline's start to the moment noted there.
note() { date +%s%N >"$1"; }
since() { awk -v at="$(cat "$1")" -v from="$given" 'BEGIN { printf "%.3f", (at - from) / 1e6 }'; }

# The first line of the timeline after a moment that matches.
first_after() {
  awk -v from="$1" -v pattern="$2" '$1 > from && $0 ~ pattern { print $1; found = 1; exit } END { exit !found }' \
    timeline || fail "the wire shows no $2 after $1 ms"
}

asked_over_ipv6() { on core nft list chain ip6 seen input | grep -qE 'packets [1-9]'; }

case_T51_the_background_finds_IPv6_healed_within_a_minute() {
  rig_up a core
  registered_by_ipv4
  on core nft 'add table ip6 seen; add chain ip6 seen input { type filter hook input priority 0; }'
  on core nft 'add rule ip6 seen input udp dport 5060 counter'
  note healed
  heal
  until_true 60 asked_over_ipv6 || fail "IPv6 was not asked again within 60 s"
  # No call and no registration had to be the one that tries; the next request, which removes the binding,
  # goes there.
  note stopped
  kill -TERM "$child"
  wait "$child" || fail "godwit register ended with $?"
  timeline a
  local probed back
  probed=$(first_after "$(since healed)" "sent udp .* ${v6//\\/\\\\}:5060 OPTIONS ")
  within 0 "$(awk "BEGIN { print $probed - $(since healed) }")" 60000 "asking IPv6 again"
  back=$(first_after "$(since stopped)" "sent udp .* REGISTER ")
  within 0 "$(awk "BEGIN { print $back - $(since stopped) }")" 100 "the next request"
  first_after "$(since stopped)" "sent udp .* ${v6//\\/\\\\}:5060 REGISTER " >/dev/null
  first_after "$back" "came udp ${v6//\\/\\\\}:5060 .* 200/REGISTER " >/dev/null
}

# A second interface for alice, down until it takes the first one's place.
second_link() {
  ip link add to-a2 type veth peer name eth1 netns a
  ip link set to-a2 up
  ip addr add 10.2.0.1/24 dev to-a2
  ip addr add 2001:db8:2::1/64 dev to-a2 nodad
}

second_link_up() {
  on a ip link set eth0 down
  on a ip link set eth1 up
  on a ip addr add 2001:db8:2::2/64 dev eth1 nodad
  on a ip addr add 10.2.0.2/24 dev eth1
  on a ip -6 route add default via 2001:db8:2::1
  note moved
  on a ip route add default via 10.2.0.1
}

case_T52_IPv6_is_asked_first_again_on_another_network() {
  rig_up a core
  second_link
  registered_by_ipv4
  second_link_up
  wait_for alice.out 'reg.ok.*2001:db8:2::2'
  kill -TERM "$child"
  wait "$child" || fail "godwit register ended with $?"
  timeline a
  local moved
  moved=$(since moved)
  within 0 "$(awk "BEGIN { print $(first_after "$moved" "sent udp .* ${v6//\\/\\\\}:5060 ") - $moved }")" 300 \
    "asking IPv6 on the other network"
}

"case_$case"
