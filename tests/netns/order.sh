#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where a request would go, against zones that a real name server serves; the order of sip-dig (sofia-sip)
# is the oracle where it keeps to RFC 3263: order.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"

# ours URI: "udp 5060 2001:db8:8::2", one line each.
ours() {
  on a timeout 20 "$godwit" resolve "$1" "${dns[@]}" "${@:2}" --json >resolved.json || return
  sed -E 's/.*"targets":\[(.*)\],"queries".*/\1/; s/\},\{/\n/g' resolved.json |
    sed -nE 's/.*"transport":"([a-z]+)","address":"([^"]*)","port":([0-9]+).*/\1 \3 \2/p'
}

# theirs URI: the same by sip-dig.
theirs() {
  needs sip-dig
  printf 'nameserver 10.8.0.2\n' >resolv.conf
  on a env SRESOLV_CONF="$work/resolv.conf" timeout 20 sip-dig "$1" | awk 'NF == 5 { print $3, $4, $5 }'
}

# asked TYPE NAME: the answer that the last search of ours tells, "found 2".
asked() {
  grep -oE "\"name\":\"$2\",\"type\":\"$1\",\"status\":\"[a-z_]+\",\"records\":[0-9]+" resolved.json |
    sed -E 's/.*"status":"([a-z_]+)","records":([0-9]+)/\1 \2/'
}

same() {
  ours "$1" "${@:2}" >found || fail "resolve $1 found nothing"
  theirs "$1" >oracle
  diff -u oracle found >difference || fail "$1: $(cat difference)"
}

expect() {
  ours "$1" "${@:2}" >found || true
  cat >expected
  diff -u expected found >difference || fail "$1: $(cat difference)"
}

up() {
  rig_up a core
  zone
  name_server
}

case_T1_a_name_with_A_only() {
  up <<<'@ A V4'
  expect sip:example.org <<<'udp 5060 10.8.0.2'
}

case_T2_a_name_with_AAAA_only() {
  up <<<'@ AAAA V6'
  expect sip:example.org <<<'udp 5060 2001:db8:8::2'
}

case_T3_both_families_by_RFC_6724() {
  up <<<$'@ A V4\n@ AAAA V6'
  expect sip:example.org <<<$'udp 5060 2001:db8:8::2\nudp 5060 10.8.0.2'
  expect sip:example.org --prefer-ipv4 <<<$'udp 5060 10.8.0.2\nudp 5060 2001:db8:8::2'
  expect sip:example.org --ipv4 <<<'udp 5060 10.8.0.2'
  [ -z "$(asked AAAA example.org)" ] || fail "--ipv4 asks for AAAA"
  expect sip:example.org --ipv6 <<<'udp 5060 2001:db8:8::2'
}

case_T6_a_port_asks_for_addresses_only() {
  up <<<$'@ A V4\n_sip._udp SRV 0 0 5080 sip\nsip A V4'
  expect sip:example.org:5060 <<<'udp 5060 10.8.0.2'
  [ -z "$(asked SRV _sip._udp.example.org)$(asked NAPTR example.org)" ] || fail "a port asks for SRV"
}

case_T7_a_transport_asks_no_NAPTR() {
  up <<'END'
_sip._tcp SRV 10 0 5070 sip
_sip._udp SRV 10 0 5080 sip
sip A V4
sip AAAA V6
END
  same 'sip:example.org;transport=tcp'
  [ "$(asked SRV _sip._tcp.example.org)" = "found 1" ] || fail "SRV was not asked for"
  [ -z "$(asked NAPTR example.org)$(asked SRV _sip._udp.example.org)" ] || fail "more was asked than SRV of TCP"
}

case_T8_NAPTR_decides_the_transport() {
  up <<'END'
@ NAPTR 50 50 "s" "SIPS+D2T" "" _sips._tcp
@ NAPTR 90 50 "s" "SIP+D2T" "" _sip._tcp
@ NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp
_sips._tcp SRV 0 1 5061 sip
_sip._tcp SRV 0 1 5060 sip
_sip._udp SRV 0 1 5060 sip
sip A V4
END
  same sip:example.org
  same sips:example.org
}

case_T10_a_NAPTR_record_that_leads_nowhere() {
  up <<'END'
@ NAPTR 50 50 "s" "SIP+D2T" "" _sip._tcp.gone
@ NAPTR 90 50 "s" "SIP+D2U" "" _sip._udp
_sip._udp SRV 0 1 5070 sip
sip A V4
END
  expect sip:example.org <<<'udp 5070 10.8.0.2'
}

case_T11_NAPTR_records_of_others() {
  up <<'END'
@ NAPTR 10 50 "u" "E2U+sip" "!^.*$!sip:x@example.net!" .
@ NAPTR 20 50 "s" "SIP+D2S" "" _sip._sctp
@ NAPTR 30 50 "a" "SIP+D2T" "" sip
@ NAPTR 90 50 "s" "SIP+D2U" "" _sip._udp
_sip._udp SRV 0 1 5070 sip
sip A V4
END
  expect sip:example.org <<<'udp 5070 10.8.0.2'
}

case_T13_SRV_of_one_transport_only() {
  up <<'END'
_sip._tcp SRV 10 0 5070 sip
sip A V4
sip AAAA V6
END
  same sip:example.org
  expect sip:example.org <<<$'tcp 5070 2001:db8:8::2\ntcp 5070 10.8.0.2'
}

case_T14_a_service_that_is_decidedly_absent() {
  up <<'END'
@ A V4
_sip._udp SRV 0 0 0 .
_sip._tcp SRV 0 0 5060 sip
sip A V4
END
  expect sip:example.org <<<'tcp 5060 10.8.0.2'
}

case_T16_stays_inside_one_target_until_it_is_exhausted() {
  up <<'END'
_sip._udp SRV 1 0 5060 one
_sip._udp SRV 2 0 5060 two
one A 10.8.1.1
one A 10.8.1.2
one A 10.8.1.3
one AAAA 2001:db8:8:1::1
one AAAA 2001:db8:8:1::2
one AAAA 2001:db8:8:1::3
two A 10.8.2.1
two AAAA 2001:db8:8:2::1
END
  ours 'sip:example.org;transport=udp' >found
  [ "$(wc -l <found)" -eq 8 ] || fail "not eight targets: $(cat found)"
  # Families alternate inside the first, then comes the second.
  sed -E 's/ [0-9]+ 10\.8\.([12])\..*/ v4 \1/; s/ [0-9]+ 2001:db8:8:([12]):.*/ v6 \1/' found >kinds
  printf 'udp %s\n' 'v6 1' 'v4 1' 'v6 1' 'v4 1' 'v6 1' 'v4 1' 'v6 2' 'v4 2' | diff -u - kinds >difference ||
    fail "$(cat difference)"
}

case_T17_a_better_priority_with_IPv6_only() {
  up <<'END'
_sip._udp SRV 10 0 5060 six
_sip._udp SRV 20 0 5060 dual
six AAAA V6
dual A V4
dual AAAA V6
END
  same 'sip:example.org;transport=udp'
}

case_T18_an_alias_is_followed() {
  up <<'END'
_sip._udp SRV 10 0 5060 alias
alias CNAME sip
sip A V4
sip AAAA V6
END
  expect 'sip:example.org;transport=udp' <<<$'udp 5060 2001:db8:8::2\nudp 5060 10.8.0.2'
}

case_T26_answers_that_nobody_can_be_reached_at() {
  up <<'END'
@ A 0.0.0.0
@ A 127.0.0.1
@ A 224.0.0.1
@ A V4
@ AAAA ::
@ AAAA ff02::1
@ AAAA ::ffff:1.2.3.4
@ AAAA fe80::1
END
  expect sip:example.org <<<'udp 5060 10.8.0.2'
}

case_T29_without_an_address_it_is_said_at_once() {
  up <<<'@ A V4'
  on a ip -4 addr flush dev eth0
  dns=(--dns '[2001:db8:8::2]:53')
  now
  code=0
  on a "$godwit" resolve sip:example.org "${dns[@]}" --json >resolved.json 2>last.err || code=$?
  [ "$code" -eq 5 ] || fail "ended with $code, not 5"
  within 0 $((($(date +%s%N) - given) / 1000000)) 3500 "saying so"
}

case_T21_a_name_server_that_is_dead() {
  up <<<$'@ A V4\n@ AAAA V6'
  nft 'add table ip6 hole; add chain ip6 hole forward { type filter hook forward priority 0; }
       add rule ip6 hole forward ip6 daddr 2001:db8:8::2 udp dport 53 drop'
  now
  expect sip:example.org --dns '[2001:db8:8::2]:53' <<<$'udp 5060 2001:db8:8::2\nudp 5060 10.8.0.2'
  within 0 $((($(date +%s%N) - given) / 1000000)) 3000 "finding it"
  dns=(--dns '[2001:db8:8::2]:53' --dns 10.8.0.2:53)
  now
  expect sip:example.org <<<$'udp 5060 2001:db8:8::2\nudp 5060 10.8.0.2'
  within 0 $((($(date +%s%N) - given) / 1000000)) 1500 "finding it by the second server"
}

case_T20_T19_a_long_answer_comes_by_TCP() {
  local n
  up < <(for n in $(seq 1 40); do
    echo "_sip._udp SRV $n 0 5060 host-with-a-rather-long-name-$n"
    echo "host-with-a-rather-long-name-$n A 10.8.1.$n"
  done)
  capture a
  now
  ours 'sip:example.org;transport=udp' >found
  timeline a
  first 'sent syn .* 10\.8\.0\.2:53 ' >/dev/null
  [ "$(head -n 2 found)" = $'udp 5060 10.8.1.1\nudp 5060 10.8.1.2' ] || fail "the first two are: $(head -n 2 found)"
  [ "$(wc -l <found)" -ge 32 ] || fail "only $(wc -l <found) targets"
}

"case_$case"
