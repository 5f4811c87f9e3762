#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bob has two networks at once and a registrar that knows RFC 5626, godwit serve or Kamailio behind an edge proxy of
# its own kind; one of his networks goes: standby.sh CASE GODWIT WIRE OUT
#
#     b ── eth0, lte0 ── router ── a, core
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"

# Another network of bob's, which the system would rather not use.
second_network() {
  ip link add to-lte type veth peer name lte0 netns b
  ip link set to-lte up
  ip addr add 10.5.0.1/24 dev to-lte
  on b sh -c '
    ip link set lte0 up && ip addr add 10.5.0.2/24 dev lte0
    ip route add default via 10.5.0.1 metric 700
    ip -6 addr flush dev eth0 scope global
    ip route replace default via 10.9.0.1 metric 100 && ip route del default via 10.9.0.1 metric 0 2>/dev/null || true'
  on b ping -c 1 -W 2 10.5.0.1 >/dev/null 2>&1 || true
}

# An edge proxy that keeps flows, and the registrar behind it.
outbound_kamailio() {
  needs kamailio kamcmd
  compgen -G '/usr/lib/*/kamailio/modules/outbound.so' >/dev/null || skip "kamailio-outbound-modules is not installed"
  sed "s|@WORK@|$work|g" "$here/kamailio-outbound.cfg" >kamailio.cfg
  local role
  for role in edge registrar; do
    mkdir "$role"
    start "$role" core kamailio -f kamailio.cfg $([ "$role" = registrar ] || echo -A EDGE) -DD -E -m 64 -M 8 \
      -P "$work/$role.pid" -Y "$work/$role" -w "$work/$role"
  done
  until_true 30 eval '[ "$(on core ss -Hlun "sport = :5070" | wc -l)" -ge 1 ] && [ "$(on core ss -Hltn "sport = :5061" | wc -l)" -ge 1 ]' ||
    fail "kamailio does not start: $(tail -n 3 edge.err registrar.err)"
}

# standby_up embedded|kamailio TRANSPORT: bob answers, over both networks.
standby_up() {
  local transport=$2
  rig_up a core b
  second_network
  usual_zone
  name_server
  certificates
  case "$1" in
    embedded)
      start server core "$godwit" serve --domain example.org --host-name sip.example.org --users users --events \
        --tls-cert certificates/domain.pem --tls-key certificates/domain.key --trace server.trace
      registrar=$child
      wait_for server.out server.ready ;;
    kamailio)
      needs kamailio
      outbound_kamailio ;;
  esac
  mapfile -t alice < <(as alice)
  alice+=(--prefer-ipv4 --media-security off --tls-ca "$work/certificates/ca.pem")
  mapfile -t bob < <(as bob; printf '%s\n' --transport "$transport" --ipv4 --media-security off --outbound always \
    --tls-ca "$work/certificates/ca.pem")
  export XDG_STATE_HOME=$work/state
  start bob b "$godwit" answer "${bob[@]}" --events
  bob_id=$child
  wait_for bob.out reg.standby_ok
}

# The registrar has so many bindings of bob.
has_bindings() {
  if [ "$kind" = embedded ]; then
    kill -USR1 "$registrar"
    [ "$(grep '"type":"server.status"' server.out | tail -n 1 | grep -o '"user":"bob"' | wc -l)" -eq "$1" ]
  else
    [ "$(on core kamcmd -s "unixs:$work/registrar.ctl" ul.dump 2>/dev/null | grep -c 'Address: sip:bob')" -eq "$1" ]
  fi
}

alice_calls() {
  godwit_on a 0 call bob "${alice[@]}" --duration "${1:-1}" --events
}

# The network that carries goes; who calls then is not kept waiting.
goes_on() {
  local kind=$1
  standby_up "$1" "$2"
  until_true 5 has_bindings 2 || fail "not bound twice"
  alice_calls
  on b ip link set eth0 down
  wait_for bob.out 'net.change.finished.*recovered'
  grep -qE '"type":"reg.ok".*10\.5\.0\.2' bob.out || fail "bob has not gone on: $(grep reg. bob.out | tail -n 2)"
  [ "$(grep -c '"type":"reg.sending"' bob.out)" -eq 1 ] || fail "bob has registered anew"
  alice_calls
  until_true 5 has_bindings 1 || fail "what is gone is still bound"
  on b sh -c 'ip link set eth0 up && ip route replace default via 10.9.0.1 metric 100'
  until_true 15 has_bindings 2 || fail "not bound twice again"
  alice_calls
}

# He talks while it goes. Through Kamailio what alice says then, her BYE too, still goes to the flow that is gone: it stands
# in her Routes.
talks_on() {
  local kind=$1
  standby_up "$1" "$2"
  start alice a "$godwit" call bob "${alice[@]}" --duration 6 --events
  local alice_id=$child
  wait_for alice.out call.media
  until_true 5 grep -q call.media bob.out || fail "bob hears nothing"
  on b ip link set eth0 down
  wait_for bob.out call.handover.done
  wait "$alice_id" || fail "alice's call ended with $?: $(tail -n 1 alice.out)"
  grep -q 'call.ended.*"who":"local"' alice.out || fail "$(tail -n 1 alice.out)"
  [ "$kind" = embedded ] || return 0
  until_true 3 grep -q 'call.ended.*"who":"peer"' bob.out || fail "bob was not told of the end: $(tail -n 1 bob.out)"
}

# Packets of bob's.
left_by() { on b ip -s link show "$1" | awk '/TX:/ { getline; print $2; exit }'; }

# The system's routes lead by a network that bob forbids: all of SIP and of sound goes by the other one.
led_around() {
  local transport=$1
  rig_up a core b
  second_network
  usual_zone
  name_server
  certificates
  start server core "$godwit" serve --domain example.org --host-name sip.example.org --users users --events \
    --tls-cert certificates/domain.pem --tls-key certificates/domain.key
  wait_for server.out server.ready
  mapfile -t alice < <(as alice)
  alice+=(--prefer-ipv4 --media-security off --tls-ca "$work/certificates/ca.pem")
  mapfile -t bob < <(as bob; printf '%s\n' --transport "$transport" --ipv4 --media-security off \
    --interface-use eth0=never --tls-ca "$work/certificates/ca.pem")
  capture b
  start bob b "$godwit" answer "${bob[@]}" --echo --events
  wait_for bob.out '"reg.ok".*10\.5\.0\.2'
  godwit_on a 0 call bob "${alice[@]}" --play tone:440 --record heard.wav --duration 3 --json
  grep -q '"heard":true' last.out || fail "alice hears nothing: $(tail -n 1 last.out)"
  # Names are asked for where the system asks for them.
  [ "$(left_by lte0)" -gt 100 ] || fail "only $(left_by lte0) packets left by lte0"
  [ "$(left_by eth0)" -lt 50 ] || fail "$(left_by eth0) packets left by eth0"
  grep -qE '"type":"call.ended"' bob.out || until_true 5 grep -q call.ended bob.out || fail "bob was not called"
  timeline b
  "$wire" text b.pcapng | tr -d '\r' >text
  if grep -qE '^(Via|Contact|c=).*10\.9\.0\.2' text; then fail "bob says where he must not be: $(grep -m 1 -E '^(Via|Contact|c=).*10\.9\.0\.2' text)"; fi
}
case_what_is_forbidden_is_led_around_udp() { led_around udp; }
case_what_is_forbidden_is_led_around_tcp() { led_around tcp; }
case_what_is_forbidden_is_led_around_tls() { led_around tls; }

case_goes_on_embedded_udp() { goes_on embedded udp; }
case_goes_on_embedded_tcp() { goes_on embedded tcp; }
case_goes_on_embedded_tls() { goes_on embedded tls; }
case_talks_on_embedded_udp() { talks_on embedded udp; }
case_talks_on_embedded_tcp() { talks_on embedded tcp; }
case_talks_on_embedded_tls() { talks_on embedded tls; }
case_talks_on_kamailio_udp() { talks_on kamailio udp; }
case_talks_on_kamailio_tcp() { talks_on kamailio tcp; }
case_talks_on_kamailio_tls() { talks_on kamailio tls; }
case_goes_on_kamailio_udp() { goes_on kamailio udp; }
case_goes_on_kamailio_tcp() { goes_on kamailio tcp; }
case_goes_on_kamailio_tls() { goes_on kamailio tls; }

"case_$case"
