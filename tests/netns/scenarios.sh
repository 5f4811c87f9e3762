#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What others do in a call, each in a scenario of SIPp (sipp/uas: we call it, sipp/uac: it calls us):
#   scenarios.sh SCENARIO GODWIT WIRE OUT
# Every scenario is run over UDP and TCP, IPv4 and IPv6, all four at once. SIPp says whether what it got was
# right, the row below what we have to say of it, and every message that we sent has to be true.
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
needs sipp

# row SCENARIO CODE EVENTS [WORD...]: the program ends with CODE ("-": it goes on) and has told of EVENTS in this
# order: regular expressions with ";" between them; a "!" before one: never told of. A WORD with "+" before it is
# a command (see command_of), one with "@" a pause on the wire (see paused), others go to the program; without any
# it hangs up 0.3 s after the answer.
rows() {
  # shellcheck source=tests/netns/scenario_rows.sh
  source "$here/scenario_rows.sh"
}
row() {
  [ "$1" = "$case" ] || return 0
  local word
  code=$2 events=$3 row_words=() pauses=() found=yes
  for word in "${@:4}"; do
    case "$word" in
      +*) command_of "${word#+}" >>"$work/commands" ;;
      @*) pauses+=("${word#@}") ;;
      *) row_words+=("$word") ;;
    esac
  done
  if [ -s "$work/commands" ]; then
    row_words+=(--commands)
  elif [ "${#row_words[@]}" -eq 0 ]; then
    row_words=(--duration 0.3)
  fi
}
# hold, wait EVENT, for SECONDS, or a whole command in JSON.
command_of() {
  case "$1" in
    '{'*) echo "$1" ;;
    'wait '*) echo "{\"do\":\"wait\",\"for\":\"${1#wait }\",\"timeout\":10}" ;;
    'for '*) echo "{\"do\":\"wait\",\"seconds\":${1#for }}" ;;
    *) echo "{\"do\":\"$1\"}" ;;
  esac
}

# in_order FILE EVENTS
in_order() {
  local file=$1 wanted from=1 line
  local -a all
  IFS=';' read -ra all <<<"$2"
  for wanted in "${all[@]}"; do
    if [[ $wanted == !* ]]; then
      ! grep -qE -- "${wanted#!}" "$file" || fail "$PWD: told of ${wanted#!}"
      continue
    fi
    line=$(tail -n "+$from" "$file" | grep -nE -m 1 -- "$wanted" | cut -d : -f 1) || true
    [ -n "$line" ] || fail "$PWD: never told of $wanted, or too early; it told: $(told "$file")"
    from=$((from + line))
  done
}
told() { sed -nE 's/.*"type":"([a-z._]+)".*/\1/p' "$1" | paste -sd ' '; }

# Whoever is told of a call is told of its end, once.
ends_are_told() {
  local call
  while read -r call; do
    [ "$(grep '"type":"call\.ended"' "$1" | grep -cE "\"call\":$call\>")" -eq 1 ] ||
      fail "$PWD: not one end of call $call; it told: $(told "$1")"
  done < <(sed -nE '/"type":"call\.(incoming|ringing|answered)"/s/.*"call":([0-9]+).*/\1/p' "$1" | sort -u)
}

listens() {
  local table=-Hlun
  [ "$1" = udp ] || table=-Hltn
  on core ss "$table" "sport = :$2" | grep -q .
}

# combination TRANSPORT FAMILY PORT: in a folder and a shell of its own.
combination() {
  local transport=$1 family=$2 port=$3 address place got=0 scenario
  address=$("${family}_of" core) place=$address
  [ "$family" = v4 ] || place="[$address]"
  mkdir "$work/$transport-$family"
  cd "$work/$transport-$family"
  export XDG_STATE_HOME=$PWD/state  # an instance-id is for one program at a time
  scenario=(-sf "$here/sipp/$case.xml" -m 1)
  # Who is to be called besides has a part of its own in the scenario.
  ! grep -q 'label id="carol"' "${scenario[1]}" || scenario[3]=2
  TERM=dumb start sipp core sipp "${scenario[@]}" -i "$address" -mi "$address" -p "$port" -mp $((port + 1000)) \
    -t "${transport:0:1}1" -reconnect_close false -nostdin -timeout 20 -timeout_error -recv_timeout 6000 \
    -trace_err -error_file sipp.errors -trace_msg -message_file sipp.messages
  local sipp=$child
  until_true 10 listens "$transport" "$port" || fail "$PWD: sipp does not start: $(tail -n 3 sipp.err)"
  local server="sip:$place:$port;transport=$transport"
  [ ! -s "$work/commands" ] || feed=$work/commands
  local verb=call target="sip:bob@$place:$port;transport=$transport"
  local -a rest=("${row_words[@]}")
  case "${row_words[0]}" in
    register | message | subscribe) verb=${row_words[0]} rest=("${row_words[@]:1}") ;;
  esac
  # A row that names SERVER has another one before it, which is not there.
  local first=$server
  [[ " ${rest[*]} " != *' SERVER '* ]] || first="sip:$place:9;transport=$transport"
  rest=("${rest[@]/#SERVER/$server;x=2}")
  local -a way=(--aor alice@example.org --registrar "$first" --password-file "$work/alice.pw" --events)
  case "$verb" in
    call) rest=("$target" --no-register "${rest[@]}") ;;
    message | subscribe) rest=("$target" "${rest[@]}") ;;
  esac
  case "$case" in
    uas/*) start godwit a "$godwit" "$verb" "${rest[@]}" "${way[@]}" ;;
    uac/*) start godwit a "$godwit" answer --aor bob@example.org --registrar "$server" \
      --password-file "$work/bob.pw" --events "${row_words[@]}" ;;
  esac
  local godwit_id=$child
  wait "$sipp" || fail "$PWD: $(complaint)"
  if [ "$code" = - ]; then
    until_true 4 grep -qE -- "${events##*;}" godwit.out || true
    kill -KILL "$godwit_id" 2>/dev/null || true
    wait "$godwit_id" 2>/dev/null || true
  else
    until_true 8 gone "$godwit_id" || fail "$PWD: godwit does not end; it told: $(told godwit.out)"
    wait "$godwit_id" || got=$?
    [ "$got" -eq "$code" ] || fail "$PWD: godwit ended with $got, not $code: $(tail -n 1 godwit.err)"
  fi
  ! grep '"type":"command\.failed"' godwit.out || fail "$PWD: a command failed"
  # The answers to commands repeat events.
  grep -v '"type":"command\.' godwit.out >events || true
  in_order events "$events"
  ends_are_told events
}
gone() { ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1")" = Z ]; }
# SIPp's own words on why the call failed.
complaint() {
  sed -E 's/^[-0-9:.[:space:]]+: //' sipp.errors sipp.err 2>/dev/null | grep -v '^The following' | head -n 4 | tr '\r\n' ' ' | cut -c 1-300
}

# paused "MS; CAME; SENT": from the first line CAME of the timeline to the first line SENT of the same Call-ID it was so
# long, in every combination. The kernel's times: those of SIPp are late where the machine is busy.
paused() {
  local least came sent
  IFS=';' read -r least came sent <<<"$1"
  awk -v least="$least" -v came=" came .* ${came# } " -v sent=" sent .* ${sent# } " '
    $0 ~ came && !($NF in from) { from[$NF] = $1 }
    $0 ~ sent && ($NF in from) && !($NF in to) { to[$NF] = $1; ++seen; if ($1 - from[$NF] < least) early = early " " $1 - from[$NF] }
    END { if (early != "") print "after" early " ms"; else if (seen != 4) print seen + 0 " times, not 4" }' timeline >early
  [ ! -s early ] || fail "${sent# } was sent after ${came# } too early, or not: $(cat early), not $least ms"
}

found=no
rows
[ "$found" = yes ] || fail "no such row"
rig_up a core
capture a
port=6100
running=()
for transport in udp tcp; do
  for family in v4 v6; do
    (combination "$transport" "$family" "$port") &
    running+=($!)
    port=$((port + 10))
  done
done
failed=0
for one in "${running[@]}"; do wait "$one" || failed=1; done
[ "$failed" -eq 0 ] || fail "see above"
now
timeline a
for pause in "${pauses[@]}"; do paused "$pause"; done
