#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# godwit behind NATs of every kind registers at godwit serve or Kamailio, is called and calls, and both sides hear each
# other: nat.sh CASE GODWIT WIRE OUT TONE
#
#     b ── [home] ── router, whose address 10.77.0.1 stands for bob ── a, core
#
# Nothing reaches bob from outside but what the NAT lets through: not by his own address either.
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
needs nft
tone=$(realpath "${words[0]}")

# The phone that the router sees, and by what link.
inside=10.9.0.2 link=to-b
# Who talks to a private address has to learn where its sound comes from.
latch=(--latch-media)

# nat_rules RULE...: of the router's chains in and out.
nat_rules() {
  ip addr add 10.77.0.1/32 dev lo
  {
    echo "table ip nat {
      chain in { type nat hook prerouting priority -100; }
      chain out { type nat hook postrouting priority 100; }
      chain through {
        type filter hook forward priority 0
        ct state established,related accept
        oifname $link ct status & dnat == 0 drop
      }
    }"
    printf 'add rule ip nat %s\n' "$@"
  } >nat.nft
  nft -f nat.nft 2>nat.err || skip "there is no such NAT: $(head -n 1 nat.err)"
}
# Who asks for a mapping gets the same to everybody, and everybody may use it.
full_cone() { nat_rules "out ip saddr $inside oifname != $link snat to 10.77.0.1" "in ip daddr 10.77.0.1 iifname != $link dnat to $inside"; }
# The port stays the same where it can; only who was spoken to may answer.
port_restricted() { nat_rules "out ip saddr $inside oifname != $link snat to 10.77.0.1 persistent"; }
# A port of its own to each whom bob speaks to.
symmetric() { nat_rules "out ip saddr $inside oifname != $link snat to 10.77.0.1 fully-random"; }
# Bob and whoever is at c have a range of its ports each, for everybody, and for each other by its outside alone.
hairpinning() {
  inside='{ 10.9.0.2, 10.6.0.2 }' link='{ to-b, to-c }'
  nat_rules "out ip saddr $inside oifname != $link snat to 10.77.0.1" \
    "out ip saddr $inside oifname $link ct status dnat snat to 10.77.0.1" \
    'in ip daddr 10.77.0.1 udp dport 20000-29999 dnat to 10.9.0.2' \
    'in ip daddr 10.77.0.1 udp dport 30000-39999 dnat to 10.6.0.2'
  on b sysctl -qw net.ipv4.ip_local_port_range='20000 29999'
  on c sysctl -qw net.ipv4.ip_local_port_range='30000 39999'
}
# Another one behind it, at home.
double() {
  inside=10.7.0.2 link=to-home
  symmetric
}

# nat_up KIND [SERVER]: rig a core b, or with home between b and the router.
nat_up() {
  local kind=$1
  if [ "$kind" = double ]; then
    number[home]=7
    rig_up a core home
    home_up
  elif [ "$kind" = hairpinning ]; then
    number[c]=6
    rig_up a core b c
  else
    rig_up a core b
  fi
  "$kind"
  zone <<'END'
@ A V4
sip A V4
_sip._udp SRV 0 0 5060 sip
END
  name_server
  registrar=${2:-embedded}
  if [ "$registrar" = kamailio ]; then
    needs kamailio
    certificates
    kamailio_up NATS
    return
  fi
  start server core "$godwit" serve --domain example.org --host-name sip.example.org --users users --events \
    --trace server.trace --dns 10.8.0.2:53
  wait_for server.out server.ready
}
home_up() {
  ip netns add b
  ip link add to-b netns home type veth peer name eth0 netns b
  on home sh -c '
    echo 1 >/proc/sys/net/ipv4/ip_forward
    ip link set to-b up && ip addr add 10.9.0.1/24 dev to-b'
  on b sh -c '
    ip link set lo up && ip link set eth0 up
    ip addr add 10.9.0.2/24 dev eth0 && ip route add default via 10.9.0.1'
  on home nft 'add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }
    add rule ip nat out ip saddr 10.9.0.2 oifname eth0 masquerade fully-random' || skip "there is no NAT at home"
}

# hears FILE HZ
hears() {
  local length
  read -r length _ < <("$tone" heard "$1" "$2") || fail "there is no sound in $1"
  [ "$length" -ge 700 ] || fail "of 1000 ms of the tone $length were heard in $1"
}

comes_through() {
  if [ "$registrar" = kamailio ]; then
    grep -q "src=10\.[79]\.0\.2 dst=10\.8\.0\.2 .*src=10\.8\.0\.2 dst=10\.77\.0\.1" /proc/net/nf_conntrack
  else
    grep -q '<< .* 10\.77\.0\.1:[0-9]* -> 10\.8\.0\.2:5060 ' server.trace
  fi
}

# bob_answers TRANSPORT [OPTION...]: until a call has ended.
bob_answers() {
  mapfile -t bob < <(as bob; printf '%s\n' --transport "$@")
  mapfile -t alice < <(as alice)
  start bob b "$godwit" answer "${bob[@]}" --play tone:550 --record "$work/bob.wav" --once --events
  bob_id=$child
  wait_for bob.out reg.ok
  comes_through || fail "bob has not come through the NAT"
}
alice_at=a  # where she is
alice_calls() {
  godwit_on "$alice_at" 0 call bob "${alice[@]}" "${latch[@]}" --play tone:440 --record "$work/alice.wav" --duration 1.2 --json
  wait "$bob_id" || fail "bob ended with $?"
  hears alice.wav 550
  hears bob.wav 440
}
bob_calls() {
  start alice "$alice_at" "$godwit" answer "${alice[@]}" "${latch[@]}" --play tone:440 --record "$work/alice.wav" --once --events
  local alice_id=$child
  wait_for alice.out reg.ok
  godwit_on b 0 call alice "${bob[@]}" --play tone:550 --record "$work/bob.wav" --duration 1.2 --json
  wait "$alice_id" || fail "alice ended with $?"
  hears alice.wav 550
  hears bob.wav 440
}

# talks KIND TRANSPORT [OPTION...]: by the registrar of $by
talks() {
  nat_up "$1" "${by:-embedded}"
  bob_answers "${@:2}"
  alice_calls
  bob_calls
}
case_full_cone_udp() { talks full_cone udp --contact-rewrite as-needed; }
case_full_cone_tcp() { talks full_cone tcp; }
case_port_restricted_udp() { talks port_restricted udp --contact-rewrite as-needed; }
case_port_restricted_tcp() { talks port_restricted tcp; }
case_symmetric_udp() { talks symmetric udp --contact-rewrite as-needed; }
case_symmetric_tcp() { talks symmetric tcp; }
case_full_cone_by_its_public_address_udp() {
  latch=()
  talks full_cone udp --public-address 10.77.0.1
}
# Neither side latches: alice sends to where bob's description says, which STUN has told him.
case_full_cone_by_stun_udp() {
  latch=()
  talks full_cone udp --contact-rewrite as-needed --stun-server sip.example.org:5060
  grep -q '^c=IN IP4 10\.77\.0\.1' server.trace || fail "bob has not told the NAT's address"
}
case_double_udp() { talks double udp --contact-rewrite as-needed; }
case_double_tcp() { talks double tcp; }

# Kamailio sends requests to where bob comes from, though he names his own address.
by_kamailio() {
  by=kamailio
  talks "$@"
}
case_full_cone_udp_kamailio() { by_kamailio full_cone udp; }
case_port_restricted_udp_kamailio() { by_kamailio port_restricted udp; }
case_symmetric_udp_kamailio() { by_kamailio symmetric udp; }
case_symmetric_tcp_kamailio() { by_kamailio symmetric tcp; }
case_double_udp_kamailio() { by_kamailio double udp; }

# Alice is at home too. The server is outside, and each hears the other where they say they are.
both_at_home() {
  by=${1:-embedded} alice_at=c latch=()
  nat_up double "$by"
  ip netns add c
  ip link add to-c netns home type veth peer name eth0 netns c
  on home sh -c 'ip link set to-c up && ip addr add 10.6.0.1/24 dev to-c'
  on c sh -c '
    ip link set lo up && ip link set eth0 up
    ip addr add 10.6.0.2/24 dev eth0 && ip route add default via 10.6.0.1'
  on home nft 'add rule ip nat out ip saddr 10.6.0.2 oifname eth0 masquerade fully-random'
  bob_answers udp --contact-rewrite as-needed
  alice+=(--transport udp --contact-rewrite as-needed)
  alice_calls
  bob_calls
}
case_two_behind_one_udp() { both_at_home; }
case_two_behind_one_udp_kamailio() { both_at_home kamailio; }

# Neither hears the other but by what the NAT sends back inside.
by_the_outside() {
  alice_at=c latch=()
  nat_up hairpinning "$1"
  bob_answers udp --public-address 10.77.0.1
  alice+=(--transport udp --public-address 10.77.0.1)
  alice_calls
  bob_calls
  grep -q 'src=10\.9\.0\.2 dst=10\.77\.0\.1 .*src=10\.6\.0\.2 dst=10\.77\.0\.1 \|src=10\.6\.0\.2 dst=10\.77\.0\.1 .*src=10\.9\.0\.2 dst=10\.77\.0\.1 ' \
    /proc/net/nf_conntrack || fail "the sound did not go by the outside"
}
case_hairpin_udp() { by_the_outside embedded; }
case_hairpin_udp_kamailio() { by_the_outside kamailio; }

# mappings_last SECONDS: of UDP, from their latest packet on.
mappings_last() {
  local kind
  for kind in udp_timeout udp_timeout_stream; do
    echo "$1" >"/proc/sys/net/netfilter/nf_conntrack_$kind" || skip "mappings cannot be ended"
  done
}
# Of those that a server does not answer the first is of line ends alone, and the others are OPTIONS.
case_keep_alives_hold_a_mapping_of_30_s_udp() {
  [ -n "${GODWIT_FULL:-}" ] || skip "it takes 80 s: only with GODWIT_FULL=1"
  nat_up symmetric
  mappings_last 30
  nft 'add chain ip nat early { type filter hook prerouting priority -300; }; add rule ip nat early ip saddr 10.9.0.2 udp dport 5060 udp length < 16 counter'
  bob_answers udp --contact-rewrite as-needed
  read -rt 75 _ <>/dev/fd/"$dns_never" || true
  nft list chain ip nat early | grep -qE 'counter packets [1-9]' || fail "no line ends came"
  [ "$(grep -cE '<< .*OPTIONS' server.trace)" -ge 2 ] || fail "bob asks for no sign of life"
  alice_calls
  [ "$(grep -oE 'bob@10\.77\.0\.1:[0-9]+' bob.out | sort -u | wc -l)" -eq 1 ] || fail "the mapping has not held"
}

# A registrar that does outbound is asked by STUN, ever less often until the mapping has gone once.
case_the_longest_quiet_is_found_udp() {
  nat_up symmetric
  mappings_last 7
  nft 'add chain ip nat early { type filter hook prerouting priority -300; }; add rule ip nat early ip saddr 10.9.0.2 udp dport 5060 udp length 28 counter'
  bob_answers udp --outbound always --udp-keep-alive 2 --udp-keep-alive-longest 60 --contact-rewrite as-needed
  until_true 60 is_registered_again || fail "no mapping was lost: $(tail -n 1 bob.out)"
  stun=$(nft list chain ip nat early | grep -oE 'counter packets [0-9]+' | grep -oE '[0-9]+')
  [ "$stun" -ge 3 ] || fail "only $stun STUN requests"
  read -rt 15 _ <>/dev/fd/"$dns_never" || true
  [ "$(grep -c '"type":"reg.ok"' bob.out)" -eq 2 ] || fail "more than one mapping was lost"
  alice_calls
}

is_registered_again() { [ "$(grep -c '"type":"reg.ok"' bob.out)" -ge 2 ]; }

# loses_its_mapping SERVER [OPTION...]: nobody reaches bob until his next keep-alive has a new one, and that is told.
loses_its_mapping() {
  nat_up symmetric "$1"
  mappings_last 4
  bob_answers udp "${@:2}"
  # The kernel forgets at its leisure.
  until_true 15 is_forgotten || fail "the mapping stays"
  mappings_last 300
  until_true 40 is_registered_again || fail "bob does not notice: $(tail -n 1 bob.out)"
  alice_calls
}
is_forgotten() { ! grep -qE '^ipv4 .* udp .*src=10\.9\.0\.2 dst=10\.8\.0\.2 .*dport=5060' /proc/net/nf_conntrack; }
case_a_new_mapping_is_told_by_a_new_contact() { loses_its_mapping embedded --contact-rewrite as-needed; }
case_a_new_mapping_is_told_kamailio() { loses_its_mapping kamailio; }

"case_$case"
