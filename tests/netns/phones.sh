#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Calls with the phones that others use, through Kamailio, each side with a tone of its own that the other has to
# hear: phones.sh CASE GODWIT WIRE OUT TONE
set -euo pipefail
# shellcheck source=tests/netns/phone_rig.sh
source "$(dirname "$0")/phone_rig.sh"

baresip_takes_our_call() {
  up
  baresip_up "$1"
  capture a
  godwit_on a 0 call bob "${alice[@]}" --transport "$1" --play tone:$ours --record alice.wav --dtmf 15# --duration 3
  timeline a
  heard alice.wav $theirs 2000
  bob_heard 1500
  bob_saw 1 5 '#'
}
case_baresip_takes_our_call_udp() { baresip_takes_our_call udp; }
case_baresip_takes_our_call_tcp() { baresip_takes_our_call tcp; }
case_baresip_takes_our_call_ipv6() {
  family=ipv6
  baresip_takes_our_call udp
}

case_baresip_calls_us() {
  up
  baresip_up udp
  capture a
  alice_waits --once
  bob dial sip:alice@example.org
  alice_tells call.media
  bob sndcode 7
  alice_tells 'call.dtmf.*"7"'
  until_true 5 sung || fail "nothing is heard of baresip"
  bob hangup
  alice_is_well
  timeline a
  heard alice.wav $theirs 1000
  bob_heard 1000
}
case_baresip_holds_us() {
  up
  baresip_up udp
  capture a
  alice_waits --once
  bob dial sip:alice@example.org
  alice_tells call.media
  until_true 5 sung || fail "nothing is heard of baresip"
  bob hold
  alice_tells 'call.hold.*"by_peer":true'
  # What proves the hold is how long it was.
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  bob resume
  alice_tells 'call.hold.*"by_peer":false'
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  bob hangup
  alice_is_well
  timeline a
  heard alice.wav $theirs 2000 1000
  bob_heard 1500
}

linphone_takes_our_call() {
  up
  linphone_up "$1"
  say autoanswer enable
  capture a
  godwit_on a 0 call bob "${alice[@]}" --transport "$1" --play tone:$ours --record alice.wav --dtmf 15# --duration 4 --json
  timeline a
  heard alice.wav $theirs 2000
  heard bob.wav $ours 1500
  bob_saw 1 5 '#'
}
case_linphone_takes_our_call_udp() { linphone_takes_our_call udp; }

case_linphone_takes_our_call_tcp() { linphone_takes_our_call tcp; }
case_linphone_takes_our_call_ipv6() {
  family=ipv6
  linphone_takes_our_call udp
}

case_linphone_calls_us() {
  up
  linphone_up udp
  capture a
  alice_waits --once
  say call sip:alice@example.org
  alice_tells call.media
  say 7
  alice_tells 'call.dtmf.*"7"'
  until_true 5 sung || fail "nothing is heard of linphone"
  say terminate
  alice_is_well
  timeline a
  heard alice.wav $theirs 1000
  heard bob.wav $ours 1000
}

case_linphone_holds_us() {
  up
  linphone_up udp
  capture a
  alice_waits --once
  say call sip:alice@example.org
  alice_tells call.media
  until_true 5 sung || fail "nothing is heard of linphone"
  say pause
  alice_tells 'call.hold.*"by_peer":true'
  # What proves the hold is how long it was.
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  say resume
  alice_tells 'call.hold.*"by_peer":false'
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  say terminate
  alice_is_well
  timeline a
  # Who waits hears its music, which is the same tone.
  heard alice.wav $theirs 3000
  heard bob.wav $ours 1500
}

# What proves a hold is how long it was.
hold_and_resume=('wait call.media' 'for 1.5' hold 'wait call.hold by_us=true' 'for 1.5' resume 'wait call.hold by_us=false'
  'for 1.5' hang_up 'wait call.ended')
case_baresip_is_held_by_us() {
  up
  baresip_up udp
  capture a
  we_call "${hold_and_resume[@]}"
  timeline a
  heard alice.wav $theirs 2000 1000
  # What baresip keeps of what it hears ends with the first hold.
  bob_heard 1000
}
case_linphone_is_held_by_us() {
  up
  linphone_up udp
  say autoanswer enable
  capture a
  we_call "${hold_and_resume[@]}"
  timeline a
  heard alice.wav $theirs 2000 1000
  heard bob.wav $ours 1500
}

# PHONE_transfers_us: blind, to Carol; the phone is out of it then, and she hears us.
us_to_carol() {
  alice_tells 'call.transfer.asked.*carol'
  until_true 10 carol_hears $ours || fail "carol does not hear us"
  until_true 5 grep -q '"type":"call.ended".*"call":1,' alice.out || fail "the old call does not end"
  timeline a
}
case_baresip_transfers_us() {
  up
  baresip_up udp
  carol_waits
  capture a
  alice_waits --calls 2
  bob dial sip:alice@example.org
  alice_tells call.media
  bob transfer sip:carol@example.org
  us_to_carol
}
case_linphone_transfers_us() {
  up
  linphone_up udp
  carol_waits
  capture a
  alice_waits --calls 2
  say call sip:alice@example.org
  alice_tells call.media
  say transfer 1 sip:carol@example.org
  us_to_carol
}

# Blind, by us: we are out of it then, and they hear each other.
they_are_connected() {
  we_call 'wait call.media' '{"do":"transfer","target":"sip:carol@example.org"}' \
    'wait call.transfer.progress final=true status=200' 'wait call.ended'
  until_true 10 carol_hears $theirs || fail "carol does not hear bob"
  timeline a
}
case_baresip_is_transferred_by_us() {
  up
  baresip_up udp
  carol_waits
  capture a
  they_are_connected
  bob hangup
  until_true 10 grep -q '"call.ended"' carol.out || fail "carol is not hung up on"
  bob_heard 1000 550
}
case_linphone_is_transferred_by_us() {
  up
  linphone_up udp
  say autoanswer enable
  carol_waits
  capture a
  they_are_connected
  say terminate
  until_true 10 grep -q '"call.ended"' carol.out || fail "carol is not hung up on"
  heard bob.wav 550 1000
}

# Of Carol's two calls, the one that takes the place of the other counts.
carol_waits_for_two() {
  printf '%s\n' '{"do":"wait","for":"call.incoming"}' '{"do":"answer"}' '{"do":"wait","for":"call.replaced"}' \
    '{"do":"play","call":2,"what":"tone:550"}' \
    '{"do":"record","call":2,"file":"'"$work"'/carol.wav","tracks":"heard"}' \
    '{"do":"wait","for":"call.ended who=peer"}' >of_carol
  feed=of_carol
  carol_waits --commands
  feed=/dev/null
}

# Attended: we hold bob, talk to carol, and give each to the other; the phone takes our place in the call with carol.
# (baresip does not read the Replaces of a Refer-To.)
case_linphone_is_introduced_by_us() {
  up
  linphone_up udp
  say autoanswer enable
  carol_waits_for_two
  capture a
  we_call 'wait call.media' hold 'wait call.hold by_us=true' '{"do":"dial","target":"carol","id":"carol"}' \
    '{"do":"wait","for":"call.media","call":"carol"}' '{"do":"transfer_to","call":1,"other":"carol"}' \
    '{"do":"wait","for":"call.transfer.progress final=true status=200","call":1}' \
    '{"do":"wait","for":"call.ended","call":1}' '{"do":"wait","for":"call.ended","call":"carol"}'
  grep -q '"call.replaced"' carol.out || fail "nobody took our place at carol's"
  until_true 10 carol_hears $theirs || fail "carol does not hear bob"
  timeline a
  say terminate
  until_true 10 grep -q '"call.ended".*"who":"peer"' carol.out || fail "carol is not hung up on"
  heard bob.wav 550 1000
}

# And by it: it calls us, then Carol, and gives us to her.
case_linphone_introduces_us() {
  up
  linphone_up udp
  carol_waits_for_two
  capture a
  alice_waits --calls 2
  say call sip:alice@example.org
  alice_tells call.media
  say pause
  alice_tells 'call.hold.*"by_peer":true'
  say call sip:carol@example.org
  until_true 10 grep -q '"call.answered"' carol.out || fail "carol is not called"
  until_true 10 grep -q 'Call 2 with .* connected' bob.out || fail "linphone does not hear that carol answers"
  say transfer 1 --to-call 2
  alice_tells 'call.transfer.asked.*carol'
  until_true 10 grep -q '"call.replaced"' carol.out || fail "nobody took the place of linphone at carol's"
  until_true 10 carol_hears $ours || fail "carol does not hear us"
  until_true 10 grep -q '"type":"call.ended".*"call":1,' alice.out || fail "the old call does not end"
  timeline a
}

"case_$case"
