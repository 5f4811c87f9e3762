#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a message says of its sender, and where its answer goes: messages.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"

case_T59_a_request_of_nobody_says_so_in_both_families() {
  local place
  rig_up a core
  usual_zone
  name_server
  server embedded
  for place in 10.8.0.2 '[2001:db8:8::2]'; do
    capture a
    godwit_on a 0 options "sip:$place" "${dns[@]}" --json
    timeline a
    "$wire" text a.pcapng | tr -d '\r' >text
    grep -q '^From: <sip:anonymous@anonymous.invalid>;tag=' text || fail "From: $(grep -m 1 ^From: text)"
  done
}

case_T59_a_configured_domain_is_said_in_both_families() {
  local family
  rig_up a core
  usual_zone
  name_server
  server embedded
  mapfile -t alice < <(as alice)
  for family in 4 6; do
    capture a
    godwit_on a 0 register "${alice[@]}" "--ipv$family" --unregister --json
    timeline a
    # The probe before it is of nobody.
    "$wire" text a.pcapng | tr -d '\r' | sed -n '/^---.* REGISTER /,$p' >text
    [ "$(grep -cE '^(From|To): <sip:alice@example.org>' text)" -eq "$(grep -cE '^(From|To): ' text)" ] ||
      fail "$(grep -m 1 -E '^(From|To): ' text)"
  done
}

# Somebody at a asks over TCP and is gone before the answer: it comes by a new connection, to the place that
# the Via names (RFC 3261 §18.2.2).
answer_goes_to_the_via() {
  local family=$1 ours theirs phone caller
  needs sipp
  rig_up a core b
  usual_zone
  name_server
  server embedded
  theirs=$("${family}_of" a) ours=$("${family}_of" b)
  phone=$ours caller=$theirs
  [ "$family" = v4 ] || phone="[$ours]" caller="[$theirs]"
  mapfile -t bob < <(as bob)
  start bob b "$godwit" answer "${bob[@]}" --ring 1 --events --listen "tcp:$phone:5070"
  wait_for bob.out reg.ok
  TERM=dumb start listener a sipp -sn uas -i "$theirs" -mi "$theirs" -p 5090 -t t1 -nostdin -aa
  until_true 10 listens || fail "sipp does not start: $(tail -n 3 listener.err)"
  capture b
  now
  # shellcheck disable=SC2016
  on a bash -c 'exec 3<>"/dev/tcp/$0/5070"; printf "$1" >&3; read -rt 5 line <&3; echo "$line"' "$ours" \
    "INVITE sip:bob@$phone:5070;transport=tcp SIP/2.0\r
Via: SIP/2.0/TCP $caller:5090;branch=z9hG4bKgone\r
Max-Forwards: 70\r
From: <sip:carol@example.com>;tag=c\r
To: <sip:bob@example.org>\r
Call-ID: gone@example.com\r
CSeq: 1 INVITE\r
Contact: <sip:carol@$caller:5090;transport=tcp>\r
Content-Length: 0\r\n\r\n" >provisional
  grep -q '^SIP/2.0 1' provisional || fail "no provisional answer: $(cat provisional)"
  until_true 5 answered || fail "the call was not answered"
  until_true 5 has_come || fail "nobody came to the place of the Via"
  timeline b
  local place=${caller//[/\\[}
  place=${place//]/\\]}
  first "sent syn .* $place:5090" >/dev/null
  first "sent tcp .* $place:5090 200/INVITE " >/dev/null
}
listens() { on a ss -Hltn 'sport = :5090' | grep -q .; }
has_come() { on a ss -Htn 'sport = :5090' | grep -q .; }
answered() { grep -q 'call\.\(answered\|connected\|accepted\)' bob.out; }
case_T49_an_answer_whose_connection_is_gone_v4() { answer_goes_to_the_via v4; }
case_T49_an_answer_whose_connection_is_gone_v6() { answer_goes_to_the_via v6; }

# a and b have a link to core each, and the same address on it: only the link tells them apart.
link_to_core() {
  ip link add "link-$1" netns core type veth peer name eth1 netns "$1"
  on core sh -c "ip link set link-$1 up; ip addr add fe80::8/64 dev link-$1 nodad"
  on "$1" sh -c 'ip link set eth1 up; ip addr add fe80::1/64 dev eth1 nodad'
}

answer_goes_back_by_its_link() {
  local name
  rig_up a core b
  for name in a b; do link_to_core "$name"; done
  start server core "$godwit" serve --domain example.org --users users --events
  wait_for server.out server.ready
  for name in a b; do
    capture "$name"
    # The server is not responsible for a domain of that name, and says so.
    godwit_on "$name" 3 options "sip:[fe80::8];transport=$1" --interface eth1 --timeout 3 --json
    timeline "$name"
    first "sent $1 \[fe80::.* \[fe80::8\]:5060 OPTIONS " >/dev/null
    first "came $1 \[fe80::8\]:5060 .* 403/OPTIONS " >/dev/null
    "$wire" text "$name.pcapng" >"text-$name"
    ! grep '%' "text-$name" || fail "a link is named on the wire"
  done
}
case_T66_an_answer_goes_back_by_its_link_udp() { answer_goes_back_by_its_link udp; }
case_T66_an_answer_goes_back_by_its_link_tcp() { answer_goes_back_by_its_link tcp; }

"case_$case"
