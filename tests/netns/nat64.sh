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

# What says the prefix (RFC 7050): addresses given here stand for those that the DNS64 would make.
prefixes=()

# DNS64 for a on core's IPv6 address, which is all that core uses IPv6 for.
up() {
  rig_up a core b
  zone
  write_ipv4only_zone ipv4only.zone
  [ ${#prefixes[@]} -eq 0 ] || printf '@ AAAA %s\n' "${prefixes[@]}" >>ipv4only.zone
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
  "$wire" text a.pcapng >text
  grep -q '^REGISTER sip:10.8.0.2 SIP/2.0' text || fail "the Request-URI was changed"
}

# The kernel gives a link its own address up to a second later, and a change of the network begins every search anew.
settled() { [ -n "$(on a ip -6 addr show dev eth0 scope link -tentative)" ]; }

# The type of the one question behind the 13 bytes of example.org.
case_T92_an_AAAA_answer_that_never_comes() {
  up <<<'@ A V4'
  nft 'add table ip6 mute; add chain ip6 mute forward { type filter hook forward priority 0; }
       add rule ip6 mute forward udp dport 53 @th,264,16 28 drop'
  until_true 5 settled || fail "a has no link-local address"
  capture a
  godwit_on a 0 options sip:example.org "${dns[@]}" --json
  timeline a
  within 1900 "$(first "sent udp .* $core64:5060 OPTIONS ")" 2500 "the last resort"
  first "came udp $core64:5060 .* 200/OPTIONS " >/dev/null
}

# hole_to ADDRESS: swallows at the router.
hole_to() {
  nft "add table ip6 hole; add chain ip6 hole forward { type filter hook forward priority 0; }
       add rule ip6 hole forward ip6 daddr $1 drop"
}

second_prefix() {
  prefixes=(2001:db8:65::192.0.0.170 2001:db8:64::192.0.0.170)
  up <<<'@ A V4'
  hole_to 2001:db8:65::/96
  # The name server turns the order, so that each is the first at times.
  godwit_on a 0 resolve "sip:10.8.0.2;transport=$1" "${dns[@]}" --json
  local number
  for number in 64 65; do
    grep -q "\"address\":\"2001:db8:$number::a08:2\"" last.out || fail "no target by the prefix 2001:db8:$number::/96"
  done
  capture a
  godwit_on a 0 options "sip:10.8.0.2;transport=$1" "${dns[@]}" --json
  timeline a
  first "came $1 $core64:5060 .* 200/OPTIONS " >/dev/null
}
case_T93_both_prefixes_are_tried_udp() { second_prefix udp; }
case_T93_both_prefixes_are_tried_tcp() { second_prefix tcp; }

# A 464XLAT (RFC 6877): a second tayga, in a, gives it 192.0.0.4 by way of the same prefix.
clat() {
  cat >clat.conf <<END
tun-device clat
ipv4-addr 192.0.0.1
ipv6-addr 2001:db8:1::464:1
prefix $prefix
map 192.0.0.4 2001:db8:1::464:4
data-dir $work/clat
END
  mkdir -p clat
  on a tayga --config "$work/clat.conf" --mktun >clat.log 2>&1 || fail "$(cat clat.log)"
  on a sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
    ip link set clat up; ip addr add 192.0.0.4/32 dev clat; ip route add default dev clat src 192.0.0.4
    ip -6 route add 2001:db8:1::464:4 dev clat'
  ip -6 route add 2001:db8:1::464:4 via 2001:db8:1::2
  start clat-run a tayga --config "$work/clat.conf" --nodetach
  until_true 5 clat_translates || fail "the CLAT does not translate"
}
clat_translates() { on a timeout 1 bash -c ': </dev/tcp/10.8.0.2/5060' 2>/dev/null; }

case_T94_the_address_of_a_CLAT_is_never_told() {
  up <<<'@ A 10.9.0.2'
  phone
  clat
  capture a
  godwit_on a 0 call bob "${alice[@]}" --no-register --play tone:440 --duration 1 --json
  timeline a
  first 'sent udp .* INVITE ' >/dev/null
  "$wire" text a.pcapng | grep -E '^(Contact|c=|o=|a=).*192\.0\.0\.' >told || true
  [ ! -s told ] || fail "told: $(cat told)"
}

# The header of a question has CD at 0x10 (RFC 7050 §3).
case_T95_the_query_does_not_ask_to_disable_checking() {
  up <<<'@ A V4'
  on a nft 'add table inet seen; add counter inet seen checked; add counter inet seen disabled
            add chain inet seen out { type filter hook output priority 0; }
            add rule inet seen out udp dport 53 @th,80,16 & 0x10 == 0x0 counter name checked
            add rule inet seen out udp dport 53 @th,80,16 & 0x10 == 0x10 counter name disabled'
  capture a
  godwit_on a 0 options sip:10.8.0.2 "${dns[@]}" --json
  timeline a
  first 'sent dns .* AAAA ipv4only.arpa' >/dev/null
  on a nft list counters >counters
  [ "$(packets_of disabled)" -eq 0 ] || fail "a question has CD set"
  [ "$(packets_of checked)" -ge 1 ] || fail "no question was seen"
}
packets_of() { awk -v name="$1" '$1 == "counter" { at = $2 } $1 == "packets" && at == name { print $2 }' counters; }

case_T95_an_answer_without_the_known_addresses_is_no_prefix() {
  prefixes=(2001:db8:64::1)
  up <<<'@ A V4'
  capture a
  godwit_on a 5 options sip:10.8.0.2 "${dns[@]}" --json
  timeline a
  first 'came dns .* AAAA ipv4only.arpa' >/dev/null
  never 'sent (udp|tcp) .* OPTIONS '
}

case_T95_with_both_families_nobody_is_asked_for_a_prefix() {
  only_v6() { :; }
  up <<<$'@ A V4\n@ AAAA V6'
  on core nft flush ruleset
  capture a
  godwit_on a 0 options sip:10.8.0.2 "${dns[@]}" --json
  godwit_on a 0 options sip:example.org "${dns[@]}" --json
  timeline a
  first 'sent dns .* AAAA example.org' >/dev/null
  never 'sent dns .* ipv4only'
}

"case_$case"
