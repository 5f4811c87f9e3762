#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# baresip registers at godwit serve with outbound (RFC 5626), from behind a NAT of addresses and ports that nobody can
# call, and through another godwit serve as its edge proxy: outbound.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
needs baresip nft

# serve [WORD...]: on core. baresip 1.0 wants MD5 alone.
serve() {
  start server core "$godwit" serve --domain example.org --host-name sip.example.org --users users --events \
    --algorithms MD5 --trace server.trace --dns 10.8.0.2:53 "$@"
  registrar=$child
  wait_for server.out server.ready
}

# nat NAMESPACE: who is behind it has the address of its gateway for everybody there.
nat() {
  nft 'add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }' 2>/dev/null &&
    nft "add rule ip nat out ip saddr 10.9.0.0/24 oifname \"to-$1\" masquerade random" 2>/dev/null || skip "there is no NAT"
}

# baresip_at DOMAIN TRANSPORT [PARAMETERS]: bob on b answers by itself.
baresip_at() {
  mkdir baresip
  cat >baresip/config <<END
poll_method epoll
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
audio_source aubridge,nowhere
snd_path $work/baresip
module_path /usr/lib/baresip/modules
module g711.so
module aubridge.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
END
  local by=${3:-outbound=\"sip:10.8.0.2:5060;transport=$2\"}
  echo "<sip:bob@$1;transport=$2>;auth_user=bob;auth_pass=builder;sipnat=outbound;$by;answermode=auto;regint=120" >baresip/accounts
  : >baresip/contacts
  start bob b baresip -f "$work/baresip"
  wait_for bob.out '200 OK'
}

# calls_and_hangs_up: alice rings, talks, ends; her BYE finds its way too.
alice_calls() {
  godwit_on a 0 call "${1:-bob}" --aor alice@example.org --password-file "$work/alice.pw" --dns 10.8.0.2:53 --prefer-ipv4 \
    --duration 1 --events
  grep -q 'call.ended.*"who":"local"' last.out || fail "$(tail -n 1 last.out)"
}
is_at_bob() { grep -qE -- "$1" server.trace || fail "no $1 on the wire"; }

baresip_is_called() {
  rig_up a core b
  usual_zone
  name_server
  nat core
  serve
  baresip_at example.org "$1"
  is_at_bob '^Require: outbound'
  is_at_bob '^Flow-Timer: 120'
  alice_calls
  is_at_bob '^Record-Route: <sip:flow-'
  is_at_bob '^Route: <sip:flow-'
}
case_baresip_is_called_by_its_flow_udp() { baresip_is_called udp; }
case_baresip_is_called_by_its_flow_tcp() { baresip_is_called tcp; }

# The edge proxy has two addresses, bob a flow to each; the registrar is found by TCP alone.
edge_up() {
  number[edge]=5
  rig_up a core b edge
  on edge ip addr add 10.5.0.3/24 dev eth0
  zone <<'END'
@ A V4
sip A V4
edge A 10.5.0.2
_sip._tcp SRV 0 0 5060 sip
END
  name_server
  nat edge
  serve
  start edge edge "$godwit" serve --domain edge.example.org --users users --edge-for example.org --events \
    --trace edge.trace --dns 10.8.0.2:53
  wait_for edge.out server.ready
  baresip_at example.org tcp 'outbound="sip:10.5.0.2:5060;transport=tcp";outbound2="sip:10.5.0.3:5060;transport=tcp"'
  until_true 10 both_flows_are_bound || fail "bob has not two flows: $(tail -n 1 server.out)"
}
both_flows_are_bound() {
  kill -USR1 "$registrar"
  tail -n 1 server.out | grep -q '"reg_id":1.*"reg_id":2\|"reg_id":2.*"reg_id":1'
}

# The address of the edge proxy from which its latest INVITE went to bob.
flow_taken() {
  sed -nE 's/.* >> [a-z]+ (10\.5\.0\.[23]):5060 -> 10\.5\.0\.1:[0-9]+ .* INVITE$/\1/p' edge.trace | tail -n 1
}
# cut ADDRESS: nobody gets through between this one of the edge's and bob, and only the edge is told.
cut() {
  nft "add table ip cut; add chain ip cut between { type filter hook forward priority 0; }
    add rule ip cut between iifname to-b ip daddr $1 drop
    add rule ip cut between iifname to-edge ip saddr $1 tcp sport 5060 reject with tcp reset" 2>/dev/null || skip "nothing can be cut"
}

case_baresip_is_called_through_its_edge_proxy() {
  edge_up
  is_at_bob '^Path: <sip:flow-.*@edge\.example\.org.*;ob>'
  alice_calls
  is_at_bob '^Route: <sip:flow-.*@edge\.example\.org.*;ob>'
  [ -n "$(flow_taken)" ] || fail "the INVITE did not go by a flow of bob's"
  grep -qE '^Record-Route: <sip:flow-.*@edge\.example\.org' edge.trace || fail "the edge proxy does not stay on the way"
}

# RFC 5626 §5.3, §7: the registrar hears 430 and takes the other flow.
case_a_flow_that_is_cut_is_told_by_430_and_the_next_one_is_tried() {
  local first
  edge_up
  alice_calls
  ! grep -q '^SIP/2.0 430' server.trace || fail "a flow has failed already"
  first=$(flow_taken)
  cut "$first"
  alice_calls
  is_at_bob '^SIP/2.0 430'
  [ "$(flow_taken)" != "$first" ] || fail "no other flow was taken"
}

"case_$case"
