#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The scenarios that SIPp brings along, over UDP and TCP, IPv4 and IPv6, all at once: builtin.sh CASE GODWIT WIRE OUT
# (branchs wants REGISTER and INVITE with one Call-ID, against RFC 3261 8.1.1.4.)
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
needs sipp

# own_sipp TRANSPORT FAMILY PORT SCENARIO [WORD...]
own_sipp() {
  local address
  address=$("$2_of" core)
  TERM=dumb start sipp core sipp -sn "$4" -i "$address" -mi "$address" -p "$3" -mp $((3000 + $3)) -t "${1:0:1}1" \
    -m 1 -reconnect_close false -nostdin -timeout 20 -timeout_error -trace_err -error_file sipp.errors "${@:5}"
  sipp=$child
}
is_bound() { [ "$(on "$1" ss -Hltun "sport = :$2" | wc -l)" -gt 0 ]; }

# at TRANSPORT FAMILY PORT SCENARIO: SIPp takes our call.
callee() {
  local place
  own_sipp "$@"
  place=$("$2_of" core)
  [ "$2" = v4 ] || place="[$place]"
  until_true 10 is_bound core "$3" || fail "$PWD: sipp does not start"
  on a timeout 20 "$godwit" call "sip:bob@$place:$3;transport=$1" --aor alice@example.org --no-register \
    --registrar "sip:$place:$3;transport=$1" --duration 0.5 --events >godwit.out 2>godwit.err ||
    fail "$PWD: godwit ended with $?: $(tail -n 1 godwit.err)"
}

# SIPp calls us at our place; we are registered elsewhere.
caller() {
  local place way=(--transport udp --port "$3") registrar
  place=$("$2_of" a) registrar=$("$2_of" core)
  [ "$2" = v4 ] || { place="[$place]" registrar="[$registrar]"; }
  [ "$1" = udp ] || way=(--transport tcp --listen "tcp:$place:$3")
  start godwit a "$godwit" answer --aor bob@example.org --password-file "$work/bob.pw" --registrar "sip:$registrar" \
    "${way[@]}" ${settings[@]+"${settings[@]}"} --once --echo --events
  local phone=$child
  wait_for godwit.out reg.ok
  ln -s /usr/share/sip-tester pcap
  own_sipp "$@" "$place:$3" -s bob
  wait "$sipp" || fail "$PWD: sipp: $(tail -n 4 sipp.errors)"
  wait "$phone" || fail "$PWD: godwit ended with $?: $(tail -n 1 godwit.err)"
  # shellcheck disable=SC2154
  [ -z "$heard" ] || grep -q "$heard" godwit.out || fail "$PWD: nobody told of $heard"
}

# everywhere WHO SCENARIO
families=(v4 v6)
everywhere() {
  local transport family port=6100 running=() one bad=0
  rig_up a core
  start server core "$godwit" serve --domain example.org --users users --events
  wait_for server.out server.ready
  capture a
  for transport in udp tcp; do
    for family in "${families[@]}"; do
      mkdir "$transport-$family"
      (cd "$transport-$family" && "$1" "$transport" "$family" "$port" "$2") &
      running+=($!)
      port=$((port + 10))
    done
  done
  for one in "${running[@]}"; do wait "$one" || bad=1; done
  [ "$bad" -eq 0 ] || fail "see above"
  now
  timeline a
}

heard= settings=()
case_uas() { everywhere callee uas; }
case_uac() { everywhere caller uac; }
# It looks for an IPv4 address, and for letters and digits as the user of o=.
case_regexp() {
  families=(v4) settings=(--origin-username bob)
  everywhere caller regexp
}
case_uac_pcap() {
  heard='call\.dtmf.*"digit":"1"'
  everywhere caller uac_pcap
}

# branchc registers as ua1 and calls ua2, with one Call-ID, no credentials and no Route: at a server that minds none of
# these. We are ua2, registered by the same transport and family.
branchc_calls_us() {
  local place code=0
  place=$("$2_of" core)
  [ "$2" = v4 ] || place="[$place]"
  mkdir "$1-$2"
  cd "$1-$2"
  start godwit a "$godwit" answer --aor ua2@nnl.cym --password-file "$work/bob.pw" \
    --registrar "sip:$place;transport=$1" --once --echo --events
  local phone=$child
  wait_for godwit.out reg.ok
  own_sipp "$1" "$2" "$3" branchc "$place:5060"
  wait "$phone" || code=$?
  # It is silent for the five seconds of its call, and that is said.
  [ "$code" -eq 8 ] || fail "$PWD: godwit ended with $code: $(tail -n 1 godwit.err); sipp: $(tail -n 4 sipp.errors)"
  grep -q '"call.ended".*"who":"peer"' godwit.out || fail "$PWD: sipp did not hang up"
  cd ..
}
case_branchc() {
  local port=6100 transport family running=()
  needs kamailio
  rig_up a core
  certificates
  kamailio_up OPEN
  capture a
  for transport in udp tcp; do
    for family in v4 v6; do
      branchc_calls_us "$transport" "$family" "$port"
      running+=("$sipp")
      port=$((port + 10))
    done
  done
  for sipp in "${running[@]}"; do wait "$sipp" || fail "sipp: $(tail -n 4 ./*/sipp.errors)"; done
  now
  timeline a
}

"case_$case"
