#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Registering and calling where one family swallows packets, refuses them, or lies:
#   holes.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"

v4="10\.8\.0\.2" v6="\[2001:db8:8::2\]"

# The usual rig with the program's own server; bob waits at b over UDP, found by IPv4 alone.
up() {
  rig_up a core b
  usual_zone
  name_server
  server embedded
  mapfile -t alice < <(as alice)
  alice+=(--tls-ca "$work/certificates/ca.pem" --tls-keylog "$work/keys")
}

bob_waits() {
  mapfile -t bob < <(as bob)
  start bob b "$godwit" answer "${bob[@]}" "${1:---ipv4}" --transport udp --echo --once --events
  wait_for bob.out reg.ok
}

# hole RULE...: at the router, in the order given.
hole() {
  local rule
  nft 'add table inet hole; add chain inet hole forward { type filter hook forward priority 0; }'
  for rule in "$@"; do nft "add rule inet hole forward $rule"; done
}

call_bob() {
  capture a
  godwit_on a "${code:-0}" call bob "${alice[@]}" --play tone:440 --duration 1 --json "$@"
  timeline a keys
}

case_T30_TLS_goes_round_a_hole() {
  up
  bob_waits
  hole 'ip6 daddr 2001:db8:8::2 drop'
  call_bob --transport tls
  local at4 at6
  at6=$(first "sent syn .* $v6:5061")
  at4=$(first "sent syn .* $v4:5061")
  within 190 "$(awk "BEGIN { print $at4 - $at6 }")" 310 "the second attempt after the first"
  within 0 "$(first "came tls .* 200/REGISTER ")" 1000 "registering"
  never "sent tls .* $v6:"
  # One REGISTER and its answer to the challenge, each sent once.
  once 'sent tls .* REGISTER 1 '
  once 'sent tls .* REGISTER 2 '
}

case_T31_TCP_goes_round_a_hole() {
  up
  bob_waits
  hole 'ip6 daddr 2001:db8:8::2 drop'
  call_bob --transport tcp
  first "sent syn .* $v6:5060" >/dev/null
  within 0 "$(first "came tcp .* 200/REGISTER ")" 1000 "registering"
  # T51: what has answered is asked at once.
  local registered invited
  registered=$(first "came tcp .* 200/REGISTER ")
  invited=$(first "sent tcp .* $v4:5060 INVITE ")
  within 0 "$(awk "BEGIN { print $invited - $registered }")" 50 "the INVITE"
}

case_T32_TLS_goes_on_when_nobody_answers_its_hello() {
  up
  bob_waits
  hole 'ip6 daddr 2001:db8:8::2 tcp dport 5061 meta length gt 150 drop'
  call_bob --transport tls
  within 0 "$(first "came tls .* 200/REGISTER ")" 1000 "registering"
  never "sent tls .* $v6:"
}

case_T34_a_reset_costs_no_time() {
  up
  bob_waits
  hole 'ip6 daddr 2001:db8:8::2 tcp dport 5060 reject with tcp reset'
  call_bob --transport tcp
  local at4 at6
  at6=$(first "sent syn .* $v6:5060")
  at4=$(first "sent syn .* $v4:5060")
  within 0 "$(awk "BEGIN { print $at4 - $at6 }")" 50 "the second attempt after the first"
}

case_T35_no_route_costs_no_time() {
  up
  bob_waits
  on a ip -6 route del default
  call_bob --transport tcp
  never "sent syn .* $v6:"
  within 0 "$(first "came tcp .* 200/REGISTER ")" 250 "registering"
}

udp_refused() {
  up
  bob_waits
  hole "ip6 daddr 2001:db8:8::2 udp dport 5060 reject with icmpv6 type $1"
  call_bob --transport udp
  local tried
  tried=$(first "sent udp .* $v6:5060")
  within 0 "$(awk "BEGIN { print $(first "sent udp .* $v4:5060") - $tried }")" 100 "going on"
  never "sent udp .* $v6:5060 INVITE "
}
case_T36_UDP_no_route_is_heard_at_once() { udp_refused no-route; }
case_T36_UDP_prohibited_is_heard_at_once() { udp_refused admin-prohibited; }
case_T36_UDP_port_unreachable_is_heard_at_once() { udp_refused port-unreachable; }

case_T37_UDP_probes_before_it_speaks() {
  up
  bob_waits
  hole 'ip6 daddr 2001:db8:8::2 drop'
  call_bob --transport udp
  first "sent udp .* $v6:5060 OPTIONS " >/dev/null
  within 0 "$(first "came udp .* 200/REGISTER ")" 600 "registering"
  never "sent udp .* $v6:5060 (INVITE|REGISTER) "
}

case_T37_UDP_cold_INVITE_is_sent_once_and_over_IPv4() {
  up
  bob_waits
  hole 'ip6 daddr 2001:db8:8::2 drop'
  call_bob --transport udp --no-register
  within 0 "$(first "sent udp .* $v4:5060 INVITE ")" 600 "the INVITE"
  never "sent udp .* $v6:5060 INVITE "
}

case_T38_a_registered_flow_is_used_at_once() {
  up
  bob_waits
  call_bob --transport udp
  local registered invited
  registered=$(first "came udp .* 200/REGISTER ")
  invited=$(first "sent udp .* INVITE ")
  within 0 "$(awk "BEGIN { print $invited - $registered }")" 50 "the INVITE"
  awk -v from="$registered" -v to="$invited" '$1 > from && $1 < to && / sent (dns|syn) | OPTIONS /' timeline >between
  [ ! -s between ] || fail "between registration and INVITE: $(cat between)"
}

case_T76_without_IPv6_nothing_waits_for_it() {
  up
  bob_waits
  on a sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
  call_bob --transport tcp
  never "sent syn .* $v6:"
  within 0 "$(first "came tcp .* 200/REGISTER ")" 250 "registering"
}

case_T77_without_IPv4_everything_goes_by_IPv6() {
  up
  on a sh -c 'ip -4 addr flush dev eth0; ip -4 addr flush dev lo'
  on b sh -c 'ip -4 addr flush dev eth0'
  dns=(--dns '[2001:db8:8::2]:53')
  mapfile -t alice < <(as alice)
  mapfile -t bob < <(as bob)
  start bob b "$godwit" answer "${bob[@]}" --echo --once --events
  wait_for bob.out reg.ok
  call_bob
  first "came udp $v6:5060 .* 200/INVITE " >/dev/null
}

case_T33_a_wrong_certificate_is_not_believed() {
  up
  bob_waits
  stop_dns
  zone <<'END'
@ A V4
sip A V4
sip AAAA 2001:db8:9::2
_sips._tcp SRV 0 0 5061 sip
END
  name_server
  start liar b openssl s_server -quiet -accept '[2001:db8:9::2]:5061' -cert certificates/other.pem \
    -key certificates/other.key
  until_true 5 liar_listens || fail "openssl s_server does not start"
  call_bob --transport tls -v
  first 'sent syn .* \[2001:db8:9::2\]:5061' >/dev/null
  first "came tls $v4:5061 .* 200/REGISTER " >/dev/null
  never 'sent tls .* \[2001:db8:9::2\]'
}
liar_listens() { [ -n "$(on b ss -Hltn 'sport = :5061')" ]; }

case_T33_a_wrong_certificate_alone_is_told() {
  up
  stop_dns
  zone <<<$'@ AAAA 2001:db8:9::2\n_sips._tcp SRV 0 0 5061 sip\nsip AAAA 2001:db8:9::2'
  name_server
  start liar b openssl s_server -quiet -accept '[2001:db8:9::2]:5061' -cert certificates/other.pem \
    -key certificates/other.key
  until_true 5 liar_listens || fail "openssl s_server does not start"
  godwit_on a 6 register "${alice[@]}" --transport tls --once
  grep -q 'example.net' last.err || fail "the error does not name the certificate: $(cat last.err)"
}

case_T60_the_routed_source_is_used_and_told() {
  local way
  up
  on a ip addr add 10.1.0.3/24 dev eth0
  on a ip addr add 2001:db8:1::3/64 dev eth0 nodad
  on a ip route add 10.8.0.0/24 via 10.1.0.1 src 10.1.0.3
  on a ip -6 route add 2001:db8:8::/64 via 2001:db8:1::1 src 2001:db8:1::3
  for way in 'udp --ipv4' 'tcp --ipv4' 'udp --ipv6' 'tcp --ipv6'; do
    bob_waits --prefer-ipv4
    # shellcheck disable=SC2086
    call_bob --transport $way
    first 'sent (udp|tcp) (10\.1\.0\.3|\[2001:db8:1::3\]):.* INVITE ' >/dev/null
    never 'sent (udp|tcp) (10\.1\.0\.2|\[2001:db8:1::2\]):'
  done
}

case_T61_several_TCP_listeners_of_one_family() {
  up
  start alice a "$godwit" register "${alice[@]}" --transport tcp --ipv4 --events \
    --listen tcp:10.1.0.2:5070 --listen tcp:10.1.0.2:5080 --listen 'tcp:[2001:db8:1::2]:5070'
  wait_for alice.out reg.ok
  for place in 10.1.0.2:5070 10.1.0.2:5080 '[2001:db8:1::2]:5070'; do
    godwit_on b 0 options "sip:$place;transport=tcp" --json
  done
}

case_T75_a_kernel_without_IPv6() {
  up
  bob_waits
  capture a
  now
  on a env LD_PRELOAD="${words[0]}" timeout 40 "$godwit" call bob "${alice[@]}" --play tone:440 --duration 1 \
    --transport tcp --json >last.out 2>last.err || fail "ended with $?: $(tail -n 3 last.err)"
  timeline a keys
  never "sent syn .* $v6:"
  within 0 "$(first "came tcp .* 200/REGISTER ")" 250 "registering"
}

both_ways_with_bindv6only() {
  up
  on a sh -c "echo $1 >/proc/sys/net/ipv6/bindv6only"
  on b sh -c "echo $1 >/proc/sys/net/ipv6/bindv6only"
  bob_waits
  call_bob --transport udp
}
case_T74_a_call_whatever_bindv6only_says_0() { both_ways_with_bindv6only 0; }
case_T74_a_call_whatever_bindv6only_says_1() { both_ways_with_bindv6only 1; }

"case_$case"
