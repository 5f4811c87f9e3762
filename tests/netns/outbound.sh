#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# baresip registers at godwit serve with outbound (RFC 5626), from behind a NAT of addresses and ports that nobody can
# call: outbound.sh CASE GODWIT WIRE OUT
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
needs baresip nft

# serve [WORD...]: on core. baresip 1.0 wants MD5 alone.
serve() {
  start server core "$godwit" serve --domain example.org --host-name sip.example.org --users users --events \
    --algorithms MD5 --trace server.trace --dns 10.8.0.2:53 "$@"
  wait_for server.out server.ready
}

# Who is behind it has the address of its gateway for everybody else.
nat() {
  nft 'add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }' 2>/dev/null &&
    nft 'add rule ip nat out ip saddr 10.9.0.0/24 oifname "to-core" masquerade random' 2>/dev/null || skip "there is no NAT"
}

# baresip_at DOMAIN TRANSPORT: bob on b answers by itself.
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
  echo "<sip:bob@$1;transport=$2>;auth_user=bob;auth_pass=builder;sipnat=outbound;outbound=\"sip:10.8.0.2:5060;transport=$2\";answermode=auto;regint=120" >baresip/accounts
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
  nat
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

"case_$case"
