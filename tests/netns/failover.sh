#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which server a request goes to next, with SIPp as servers, one process for each family and transport:
#   failover.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
needs sipp

# sipp_on NAMESPACE v4|v6 SCENARIO|uas [u1|t1]
sipp_on() {
  local namespace=$1 address scenario=(-sn uas) label
  address=$("$2_of" "$1")
  label=sipp-$1-$2-${4:-u1}
  [ "$3" = uas ] || scenario=(-sf "$here/sipp/$3.xml")
  TERM=dumb start "$label" "$namespace" sipp "${scenario[@]}" -i "$address" -mi "$address" -p 5060 \
    -t "${4:-u1}" -nostdin -aa -trace_err -trace_msg -message_file "$work/$label.msg"
  until_true 10 listens "$namespace" "$address" "${4:-u1}" || fail "sipp does not start: $(tail -n 3 "$label.err")"
}

listens() {
  local table=-Hlun
  [ "$3" = u1 ] || table=-Hltn
  on "$1" ss "$table" 'sport = :5060' | grep -qF -- "$2"
}

up() {
  rig_up a core b
  zone
  name_server
  mapfile -t alice < <(as alice)
}

# The CSeq and Call-ID of the INVITEs to a place, each once; their branches.
identity_of() { awk -v to="$1" '/ sent [a-z]+ / && $6 == "INVITE" && $5 ~ to { print $7, $9 }' timeline | sort -u; }
branches_of() { awk -v to="$1" '/ sent [a-z]+ / && $6 == "INVITE" && $5 ~ to { print $8 }' timeline | sort -u; }

same_request_with_another_branch() {
  [ "$(identity_of "$1")" = "$(identity_of "$2")" ] || fail "not the same CSeq and Call-ID"
  [ "$(identity_of "$1" | wc -l)" -eq 1 ] || fail "more than one request"
  [ "$(branches_of "$1")" != "$(branches_of "$2")" ] || fail "the same branch twice"
}

call_bob() {
  capture a
  godwit_on a "$1" call bob "${alice[@]}" --no-register --transport udp --json "${@:2}"
  timeline a
}

case_T41_after_a_503_the_next_server_gets_the_same_request() {
  up <<'END'
_sip._udp SRV 10 0 5060 one
_sip._udp SRV 20 0 5060 two
one A 10.8.0.2
two A 10.9.0.2
END
  sipp_on core v4 refuses
  sipp_on b v4 uas
  call_bob 0 --duration 1
  first 'came udp 10\.8\.0\.2:5060 .* 503/INVITE ' >/dev/null
  first 'came udp 10\.9\.0\.2:5060 .* 200/INVITE ' >/dev/null
  same_request_with_another_branch '^10\.8\.' '^10\.9\.'
}

case_T42_a_503_across_families() {
  up <<'END'
_sip._udp SRV 10 0 5060 one
_sip._udp SRV 20 0 5060 two
one AAAA 2001:db8:8::2
two A 10.9.0.2
END
  sipp_on core v6 refuses
  sipp_on b v4 uas
  call_bob 0 --duration 1
  first 'came udp \[2001:db8:8::2\]:5060 .* 503/INVITE ' >/dev/null
  first 'came udp 10\.9\.0\.2:5060 .* 200/INVITE ' >/dev/null
  same_request_with_another_branch '^\[2001:db8:8::2' '^10\.9\.'
  # One session, told in the words of each family: the capture is checked for the truth of both.
  sed -nE 's/^o=[^ ]+ ([0-9]+) .*/\1/p' sipp-core-v6-u1.msg sipp-b-v4-u1.msg | tr -d '\r' >sessions
}

case_T43_a_503_with_two_addresses_and_a_temporary_one() {
  on_two_addresses() {
    on a ip addr add 2001:db8:1::3/64 dev eth0 nodad
    on a ip addr add 2001:db8:1::aaaa/64 dev eth0 nodad
  }
  up <<'END'
_sip._udp SRV 10 0 5060 one
_sip._udp SRV 20 0 5060 two
one AAAA 2001:db8:8::2
two A 10.9.0.2
END
  on_two_addresses
  sipp_on core v6 refuses
  sipp_on b v4 uas
  call_bob 0 --duration 1
  same_request_with_another_branch '^\[2001:db8:8::2' '^10\.9\.'
}

case_T45_credentials_go_to_the_server_that_asked() {
  up <<'END'
_sip._udp SRV 10 50 5060 one
_sip._udp SRV 10 50 5060 two
one A 10.8.0.2
two A 10.9.0.2
END
  sipp_on core v4 challenges
  sipp_on b v4 challenges
  call_bob 3
  awk '/ sent udp / && $6 == "INVITE" { print $5 }' timeline | sort -u >servers
  [ "$(wc -l <servers)" -eq 1 ] || fail "INVITEs went to $(tr '\n' ' ' <servers)"
  first 'came udp .* 486/INVITE ' >/dev/null
}

case_T44_T46_what_rings_is_waited_for_and_cancelled_there() {
  up <<'END'
_sip._udp SRV 10 0 5060 one
_sip._udp SRV 20 0 5060 two
one A 10.8.0.2
two A 10.9.0.2
END
  sipp_on core v4 rings
  sipp_on b v4 uas
  call_bob 4 --timeout 3
  never 'sent udp .* 10\.9\.0\.2:5060 '
  first 'sent udp .* 10\.8\.0\.2:5060 CANCEL ' >/dev/null
  first 'sent udp .* 10\.8\.0\.2:5060 ACK ' >/dev/null
  [ "$(branches_of '^10\.8\.')" = "$(awk '$6 == "CANCEL" { print $8 }' timeline | sort -u)" ] ||
    fail "the CANCEL has another branch than its INVITE"
}

case_T41_until_Retry_After_is_over_nothing_is_sent() {
  up <<<'@ A V4'
  sipp_on core v4 rests
  capture a
  start alice a "$godwit" register "${alice[@]}" --registrar sip:10.8.0.2 --transport udp --events
  now
  wait_for alice.out reg.ok
  # Another address is a reason to register again, and for the server to say 503. SIPp goes on sending to the first.
  nft 'add table ip bend; add chain ip bend in { type filter hook prerouting priority -300; }
       add rule ip bend in ip daddr 10.1.0.2 ip daddr set 10.1.0.3'
  on a ip addr del 10.1.0.2/24 dev eth0
  on a sh -c 'ip addr add 10.1.0.3/24 dev eth0; ip route add default via 10.1.0.1'
  until_true 9 registered_again || fail "not registered again: $(tail -n 1 alice.out)"
  timeline a
  local rests again
  rests=$(first 'came udp 10\.8\.0\.2:5060 .* 503/REGISTER ')
  again=$(awk -v from="$rests" '$1 > from && / sent udp .* 10\.8\.0\.2:5060 / { print $1; exit }' timeline)
  within 5000 "$(awk "BEGIN { print $again - $rests }")" 6000 "coming again"
  first 'came udp 10\.8\.0\.2:5060 .* 200/REGISTER ' >/dev/null
}

registered_again() { [ "$(grep -c '"reg\.ok"' alice.out)" -ge 2 ]; }

# 18.1.1: what does not fit goes by TCP.
long_user() { printf 'a%.0s' $(seq 1 1200); }

call_somebody_with_a_long_name() {
  capture a
  godwit_on a "$1" call "sip:$(long_user)@$2" "${alice[@]}" --outbound-proxy "sip:$2" --no-register --json \
    --duration 1
  timeline a
}

large_invite_goes_by_tcp() {
  up <<<'@ A V4'
  sipp_on core "$1" uas t1
  sipp_on core "$1" uas u1
  call_somebody_with_a_long_name 0 "$2"
  first "sent tcp .* INVITE " >/dev/null
  never "sent udp .* INVITE "
}
case_T50_a_large_INVITE_goes_by_TCP_v4() { large_invite_goes_by_tcp v4 10.8.0.2; }
case_T50_a_large_INVITE_goes_by_TCP_v6() { large_invite_goes_by_tcp v6 '[2001:db8:8::2]'; }

case_T50_a_large_INVITE_goes_by_UDP_where_TCP_is_refused() {
  up <<<'@ A V4'
  sipp_on core v4 uas u1
  call_somebody_with_a_long_name 0 10.8.0.2
  first "sent syn .* 10\.8\.0\.2:5060" >/dev/null
  first "sent udp .* 10\.8\.0\.2:5060 INVITE " >/dev/null
}

"case_$case"
