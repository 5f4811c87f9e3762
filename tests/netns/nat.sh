#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# godwit behind NATs of every kind registers at godwit serve, is called and calls, and both sides hear each other:
#   nat.sh CASE GODWIT WIRE OUT TONE
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
# Another one behind it, at home.
double() {
  inside=10.7.0.2 link=to-home
  symmetric
}

# rig a core b, or with home between b and the router.
nat_up() {
  local kind=$1
  if [ "$kind" = double ]; then
    number[home]=7
    rig_up a core home
    home_up
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

# bob_answers TRANSPORT [OPTION...]: until a call has ended.
bob_answers() {
  mapfile -t bob < <(as bob; printf '%s\n' --transport "$@")
  mapfile -t alice < <(as alice)
  start bob b "$godwit" answer "${bob[@]}" --play tone:550 --record "$work/bob.wav" --once --events
  bob_id=$child
  wait_for bob.out reg.ok
  grep -q '<< .* 10\.77\.0\.1:[0-9]* -> 10\.8\.0\.2:5060 ' server.trace || fail "bob has not come through the NAT"
}
alice_calls() {
  godwit_on a 0 call bob "${alice[@]}" "${latch[@]}" --play tone:440 --record "$work/alice.wav" --duration 1.2 --json
  wait "$bob_id" || fail "bob ended with $?"
  hears alice.wav 550
  hears bob.wav 440
}
bob_calls() {
  start alice a "$godwit" answer "${alice[@]}" "${latch[@]}" --play tone:440 --record "$work/alice.wav" --once --events
  local alice_id=$child
  wait_for alice.out reg.ok
  godwit_on b 0 call alice "${bob[@]}" --play tone:550 --record "$work/bob.wav" --duration 1.2 --json
  wait "$alice_id" || fail "alice ended with $?"
  hears alice.wav 550
  hears bob.wav 440
}

# talks KIND TRANSPORT [OPTION...]
talks() {
  nat_up "$1"
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
case_double_udp() { talks double udp --contact-rewrite as-needed; }
case_double_tcp() { talks double tcp; }

"case_$case"
