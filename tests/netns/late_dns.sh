#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A name server that answers late, wrongly or never, by type: late_dns.sh CASE GODWIT WIRE OUT DNS_RELAY
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
relay=${words[0]}

# up RULE...: the program's own server, found by a zone with addresses of both families alone.
up() {
  needs knotd
  rig_up a core
  zone <<<$'@ A V4\n@ AAAA V6'
  # shellcheck disable=SC2034
  DNS_RUN=(nsenter --net=/run/netns/core) DNS_LISTEN=(10.8.0.2)
  start_knot example.org.zone 5353 "$work"
  start relay core "$relay" 10.8.0.2 53 5353 "$@"
  wait_for relay.out ready
  server embedded
  capture a
  godwit_on a 0 options sip:example.org "${dns[@]}" --json
  timeline a
}

v4='10\.8\.0\.2:5060' v6='\[2001:db8:8::2\]:5060'

# request_after PATTERN LEAST MOST: the first request leaves so many milliseconds after a line.
request_after() {
  within "$2" "$(awk "BEGIN { print $(first 'sent udp .* OPTIONS ') - $(first "$1") }")" "$3" "the request"
}

case_T22_an_AAAA_answer_that_never_comes() {
  up AAAA:drop
  first "sent udp .* $v4 OPTIONS " >/dev/null
  request_after 'came dns .* A example.org' 30 110
}

case_T23_an_AAAA_answer_that_comes_40_ms_late_is_waited_for() {
  up AAAA:delay:40
  [ "$(first "sent udp .* $v6 OPTIONS ")" = "$(first 'sent udp .* OPTIONS ')" ] || fail "IPv6 was not first"
}

case_T23_an_AAAA_answer_that_comes_200_ms_late_is_not() {
  up AAAA:delay:200
  [ "$(first "sent udp .* $v4 OPTIONS ")" = "$(first 'sent udp .* OPTIONS ')" ] || fail "IPv4 was not first"
  request_after 'came dns .* A example.org' 30 110
}

case_T24_a_server_failure_for_AAAA_is_no_error() {
  up AAAA:rcode:2
  first "sent udp .* $v4 OPTIONS " >/dev/null
}

case_T24_AAAA_refused_is_no_error() {
  up AAAA:rcode:5
  first "sent udp .* $v4 OPTIONS " >/dev/null
}

case_T24_no_such_name_for_AAAA_alone_is_no_error() {
  up AAAA:rcode:3
  first "sent udp .* $v4 OPTIONS " >/dev/null
}

case_T25_SRV_and_NAPTR_that_never_come() {
  up NAPTR:drop SRV:drop
  first "sent udp .* OPTIONS " >/dev/null
}

case_T25_NAPTR_and_AAAA_three_seconds_late_cost_less_than_one() {
  up AAAA:delay:3000 NAPTR:delay:3000
  request_after 'sent dns ' 0 1000
}

"case_$case"
