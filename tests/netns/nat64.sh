#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An IPv6-only network behind a NAT64 (tayga at the router) with a DNS64 (unbound in front of knot):
#   nat64.sh CASE GODWIT WIRE OUT
# The server and the far end have IPv4 alone; the prefix is 2001:db8:64::/96.
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
needs tayga unbound
[ -c /dev/net/tun ] || skip "there is no /dev/net/tun"

prefix=2001:db8:64::/96

translator() {
  cat >tayga.conf <<END
tun-device nat64
ipv4-addr 10.64.0.1
ipv6-addr 2001:db8:ffff::1
prefix $prefix
dynamic-pool 10.64.0.0/24
data-dir $work/tayga
END
  mkdir -p tayga
  tayga --config "$work/tayga.conf" --mktun >tayga.log 2>&1 || fail "$(cat tayga.log)"
  ip link set nat64 up
  ip route add 10.64.0.0/24 dev nat64
  ip -6 route add "$prefix" dev nat64
  tayga --config "$work/tayga.conf" --nodetach >>tayga.log 2>&1 &
}

only_v4() { on "$1" sh -c 'ip -6 addr flush dev eth0 scope global'; }
only_v6() { on "$1" sh -c 'ip -4 addr flush dev eth0'; }

# DNS64 for a on core's IPv6 address, which is all that core uses IPv6 for.
up() {
  rig_up a core b
  zone
  write_ipv4only_zone ipv4only.zone
  # shellcheck disable=SC2034
  DNS_RUN=(nsenter --net=/run/netns/core) DNS_LISTEN=("$(v6_of core)")
  start_knot example.org.zone 5353 "$work" ipv4only.zone
  start_unbound_dns64 "$prefix" 53 "$work" 5353
  server embedded
  translator
  only_v6 a
  only_v4 b
  # The server answers over IPv4 alone: what comes to it by IPv6 is no SIP.
  on core nft 'add table ip6 only; add chain ip6 only in { type filter hook input priority 0; }
               add rule ip6 only in th dport 5060-5061 drop'
  dns=(--dns '[2001:db8:8::2]:53')
  mapfile -t alice < <(as alice)
}

# An IPv4-only phone at b, which sends back what it hears.
phone() {
  needs sipp
  TERM=dumb start phone b sipp -sn uas -i 10.9.0.2 -mi 10.9.0.2 -p 5060 -t u1 -nostdin -aa -rtp_echo \
    -trace_err
  until_true 10 phone_listens || fail "sipp does not start: $(tail -n 3 phone.err)"
}
phone_listens() { [ -n "$(on b ss -Hlun 'sport = :5060')" ]; }

# What an IPv4 literal of core and of b is behind the translator.
core64='\[2001:db8:64::a08:2\]' b64='\[2001:db8:64::a09:2\]'

case_T88_a_name_with_A_only_behind_a_DNS64() {
  up <<<$'@ A V4\nsip A V4'
  capture a
  godwit_on a 0 register "${alice[@]}" --unregister --json
  timeline a
  first "came udp $core64:5060 .* 200/REGISTER " >/dev/null
  never 'sent udp .* 10\.'
}

case_T88_a_call_to_a_phone_that_has_only_IPv4() {
  up <<<'@ A 10.9.0.2'
  phone
  capture a
  godwit_on a 0 call bob "${alice[@]}" --no-register --play tone:440 --duration 1 --json
  timeline a
  first "came udp $b64:5060 .* 200/INVITE " >/dev/null
  # T90, T91: where its Contact and its SDP say 10.9.0.2.
  first "sent udp .* $b64:5060 ACK " >/dev/null
  first "sent udp .* $b64:5060 BYE " >/dev/null
  first "sent rtp .* $b64:" >/dev/null
  first "came rtp $b64:" >/dev/null
}

case_T89_an_IPv4_literal_is_reached_by_the_prefix() {
  up <<<$'@ A V4\nsip A V4'
  capture a
  godwit_on a 0 register "${alice[@]}" --registrar sip:10.8.0.2 --unregister --json
  timeline a
  first 'sent dns .* AAAA ipv4only.arpa' >/dev/null
  first "came udp $core64:5060 .* 200/REGISTER " >/dev/null
  # Synthesis is the transport's business: the message says what was written.
  "$wire" text a.pcap | grep -q '^REGISTER sip:10.8.0.2 SIP/2.0' || fail "the Request-URI was changed"
}

"case_$case"
