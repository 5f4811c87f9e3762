#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An example as its reader starts it, against `godwit serve` on loopback: example.sh NAME EXAMPLE PROGRAM
# In a network namespace of its own every port is free, and no packet leaves the machine.
set -euo pipefail
name=$1 example=$(realpath "$2") godwit=$(realpath "$3")

if [ "${GODWIT_EXAMPLE_INSIDE:-}" != yes ]; then
  export GODWIT_EXAMPLE_INSIDE=yes
  if unshare --net true 2>/dev/null; then exec unshare --net "$0" "$@"; fi
  if unshare --user --map-root-user --net true 2>/dev/null; then
    exec unshare --user --map-root-user --net "$0" "$@"
  fi
  echo "skipped: neither root nor unprivileged user namespaces (kernel.unprivileged_userns_clone)"
  exit 77
fi

work=$(mktemp -d)
children=()
cleanup() {
  local status=$? child
  for child in "${children[@]}"; do
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
  if [ "$status" -ne 0 ]; then tail -n 25 "$work"/*.out; fi
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

# start LABEL PASSWORD COMMAND...: in the background, what it says in LABEL.out; its id in $child.
start() {
  local label=$1 password=$2
  shift 2
  GODWIT_PASSWORD=$password "$@" >"$label.out" 2>&1 </dev/null &
  child=$!
  children+=("$child")
}

# wait_for LABEL TEXT: a deadline, no fixed sleep.
wait_for() {
  local tries=0
  until grep -qF -- "$2" "$1.out" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then fail "$1 does not say $2"; fi
    read -rt 0.05 <> <(:) || true
  done
}

fail() {
  echo "$name: $*"
  exit 1
}

# ends LABEL ID CODE
ends() {
  local code=0
  wait "$2" || code=$?
  if [ "$code" -ne "$3" ]; then fail "$1 ended with $code, not $3"; fi
}

ip link set lo up
printf 'alice:tea\nbob:pot\ncarol:cup\n' >users
chmod 600 users
start server "" "$godwit" serve --domain localhost --users users --events
wait_for server server.ready

# waits USER PASSWORD: answers every call with an echo.
waits() {
  start "$1" "$2" "$godwit" answer --aor "sip:$1@localhost" --registrar sip:127.0.0.1 --echo --events
  wait_for "$1" reg.ok
}

# Half a second of a square wave, as speech.wav.
speech() {
  {
    printf 'RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\x40\x1f\0\0'
    for _ in $(seq 500); do printf '\0\x20\0\x20\0\x20\0\x20\0\xe0\0\xe0\0\xe0\0\xe0'; done
  } >speech.wav
}

case "$name" in
  register)
    start example tea "$example" sip:alice@localhost sip:127.0.0.1
    wait_for example reg.ok
    kill -INT "$child"
    ends example "$child" 0
    wait_for example reg.removed ;;
  call)
    start bob pot "$godwit" answer --aor sip:bob@localhost --registrar sip:127.0.0.1 --echo --events
    wait_for bob reg.ok
    start example tea timeout 30 "$example" sip:alice@localhost bob sip:127.0.0.1
    ends example "$child" 0
    wait_for example answered
    wait_for example ended:
    wait_for bob call.media  # the tone was heard
    wait_for bob call.ended ;;
  play_file)
    speech
    waits bob pot
    start example tea timeout 30 "$example" sip:alice@localhost bob speech.wav sip:127.0.0.1
    ends example "$child" 0
    wait_for example played
    wait_for bob call.media ;;
  record)
    waits bob pot
    start example tea timeout 30 "$example" sip:alice@localhost bob both.wav sip:127.0.0.1
    ends example "$child" 0
    # Two seconds of two channels with 16 bit, 48,000 a second, a frame or two more or less.
    size=$(stat -c %s both.wav)
    if [ "$size" -lt 360000 ] || [ "$size" -gt 420000 ]; then fail "both.wav has $size bytes"; fi ;;
  voice_bot)
    waits bob pot
    start example tea timeout 30 "$example" sip:alice@localhost bob sip:127.0.0.1
    ends example "$child" 0  # it heard the echo of what it said
    wait_for example "heard as loud as"
    wait_for bob call.media ;;
  transfer)
    waits bob pot
    waits carol cup
    start example tea timeout 30 "$example" sip:alice@localhost bob carol sip:127.0.0.1
    ends example "$child" 0
    wait_for example "transfer: 200"
    wait_for carol call.media ;;
  answer)
    start example pot "$example" sip:bob@localhost sip:127.0.0.1
    answering=$child
    wait_for example registered
    start alice tea timeout 30 "$godwit" call bob --aor sip:alice@localhost --registrar sip:127.0.0.1 \
      --play tone:440 --duration 1 --events
    ends alice "$child" 0
    wait_for alice call.media  # the echo
    kill -INT "$answering"
    ends example "$answering" 0
    wait_for example unregistered ;;
  network_changes)
    waits bob pot
    start example tea timeout 30 "$example" sip:alice@localhost bob sip:127.0.0.1
    wait_for example answered
    kill -INT "$child"
    ends example "$child" 0
    wait_for example ended: ;;
  own_loop)
    waits bob pot
    mkfifo lines
    start example tea timeout 30 sh -c 'exec "$@" <lines' sh "$example" sip:alice@localhost sip:127.0.0.1
    exec 7>lines
    echo bob >&7
    wait_for example call.media
    exec 7>&-
    ends example "$child" 0
    wait_for example call.ended ;;
  asio_loop)
    start example tea timeout 30 "$example" sip:alice@localhost sip:127.0.0.1
    ends example "$child" 0
    wait_for example ticks ;;
  *)
    fail "there is no such example" ;;
esac
