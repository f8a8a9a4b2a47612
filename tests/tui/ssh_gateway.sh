#!/bin/sh
# A gateway, for journeys: put as "ssh" in front of the PATH it answers as the
# script of a gateway does, with nothing behind it.  The gateway must have
# ssh.transport=openssh.
#   GATEWAY_STATE   a folder with what it remembers
#   GATEWAY_WAIT    if set: a step, before which it waits until a file "go" is
#                   there, telling so by a file "waits", and by "pusher"
#                   the process that asked
#   GATEWAY_MEET    if set: so many must be asked for their status at a time,
#                   or none answers
#   GATEWAY_SKEW    seconds that its clock is fast
#   GATEWAY_STOPPED if set: its mail server does not run
#   GATEWAY_VERSION what its mail server says that it is
#   GATEWAY_AFTER   "A B": A answers once B has answered; B may be nobody
# A file "drift" in the gateway's folder there is a sentence about a change by hand;
# what is in force is below "files".
set -u
: "${GATEWAY_AFTER:=}"
known='' learn='' host='' last=''
for word in "$@"; do
	case $word in
	UserKnownHostsFile=*) known=${word#*=} ;;
	StrictHostKeyChecking=accept-new) learn=yes ;;
	esac
	[ "$last" != -- ] || host=$word
	last=$word
done
if [ -n "$learn" ]; then
	echo "relayadm-gateway ssh-ed25519" \
		"AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f" \
		>"$known"
	exit 0
fi

state=$GATEWAY_STATE/$host
mkdir -p "$state" || exit 1
read -r length && dd bs="$length" count=1 iflag=fullblock \
	>/dev/null 2>&1 || exit 1
read -r _ _ verb nonce || exit 1
generation=0 revision=0 digest=- author=- payload=0 force=0 manifest=0
questions=0 live=0
while read -r key value && [ "$key" != end ]; do
	case $key in
	generation) generation=$value ;;
	revision) revision=$value ;;
	digest) digest=$value ;;
	author) author=$value ;;
	payload) payload=$value ;;
	force) force=$value ;;
	manifest) manifest=$value ;;
	questions) questions=$value ;;
	live) live=$value ;;
	esac
done

say()
{
	word=$1
	shift
	echo "RELAYADM-$word $nonce $*" 2>/dev/null
}

# The line may be gone: what was begun goes on all the same.
step()
{
	if [ "${GATEWAY_WAIT:-}" = "$1" ]; then
		echo "$PPID" >"$GATEWAY_STATE/pusher"
		: >"$GATEWAY_STATE/waits"
		while [ ! -e "$GATEWAY_STATE/go" ]; do
			sleep 0.05
		done
	fi
	[ "$1" = serving ] || say STEP "$@"
}

record()
{
	printf 'generation %s\nrevision %s\ndigest %s\nauthor %s\ntime %s\n' \
		"$generation" "$revision" "$digest" "$author" 1795167060 >"$1"
}

# The files of the payload, as the manifest at its head tells.
unpack()
{
	rm -rf "$state/files"
	mkdir "$state/files"
	head -c "$manifest" "$state/payload" >"$state/manifest"
	at=$((manifest + questions + live))
	while read -r _ length path; do
		mkdir -p "$(dirname "$state/files/$path")"
		tail -c "+$((at + 1))" "$state/payload" |
			head -c "$length" >"$state/files/$path"
		at=$((at + length))
	done <"$state/manifest"
}

fetch()
{
	while read -r _ _ path; do
		say FILE "$path"
		sed 's/^/=/' "$state/files/$path"
	done <"$state/manifest"
	say RESULT "0 OK"
}

apply()
{
	if [ "$force" = 0 ] && [ -e "$state/drift" ]; then
		say RESULT "0 REFUSED drift: $(cat "$state/drift")"
		return
	fi
	rm -f "$state/drift"
	say SEND "$payload"
	dd bs="$payload" count=1 iflag=fullblock >"$state/payload" 2>/dev/null ||
		exit 1
	unpack
	step check
	record "$state/journal"
	step switch
	step restart "postfix reload"
	step verify
	step serving
	say SERVING "$generation"
	if read -r word token && [ "$word $token" = "confirm $nonce" ]; then
		mv "$state/journal" "$state/record"
		say RESULT "$generation OK revision $revision is in force"
	else
		rm -f "$state/journal"
		say RESULT "$generation ROLLED-BACK the push was not confirmed"
	fi
}

# Until so many are there, 4 s at most.
meet()
{
	mkdir "$GATEWAY_STATE/met" 2>/dev/null
	: >"$GATEWAY_STATE/met/$host"
	found=1
	for _ in $(seq 40); do
		set -- "$GATEWAY_STATE"/met/*
		[ $# -lt "$GATEWAY_MEET" ] || { found=0 && break; }
		sleep 0.1
	done
	sleep 0.3 # the others see it, too
	rm -f "$GATEWAY_STATE/met/$host"
	[ $found -eq 0 ] || exit 1
}

status()
{
	[ -z "${GATEWAY_MEET:-}" ] || meet
	if [ "${GATEWAY_AFTER% *}" = "$host" ]; then
		for _ in $(seq 300); do
			[ ! -e "$GATEWAY_STATE/met-${GATEWAY_AFTER#* }" ] ||
				break
			sleep 0.1
		done
	fi
	if [ -e "$state/record" ]; then
		say STATUS managed yes
		while read -r line; do
			say STATUS "$line"
			case $line in
			generation*) generation=${line#* } ;;
			esac
		done <"$state/record"
	fi
	say STATUS clock "$(($(date +%s) + ${GATEWAY_SKEW:-0}))"
	say STATUS version "${GATEWAY_VERSION:-postfix 3.7.11}"
	[ -n "${GATEWAY_STOPPED:-}" ] || say STATUS running yes
	[ ! -e "$state/drift" ] || say STATUS "drift $(cat "$state/drift")"
	if [ -e "$state/journal" ]; then
		say STATUS "pending generation $(sed -n \
			's/^generation //p' "$state/journal") waits for its" \
			"confirmation"
	fi
	say RESULT "$generation OK"
	: >"$GATEWAY_STATE/met-$host"
}

case $verb in
apply) apply ;;
status) status ;;
fetch) fetch ;;
*) say RESULT "0 REFUSED nothing but apply, status and fetch" ;;
esac
