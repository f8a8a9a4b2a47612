# shellcheck shell=bash disable=SC2154,SC2086,SC2016,SC2034
# Pushes of two policies, a and b, to the gateway "gw" of the lab, and what can
# happen to the console meanwhile.  For scripts that have sourced one.sh.

# policy NAME NET: relays for the clients of NET.
policy()
{
	cat >"$work/$1" <<-END
	server internet
	listen ${3:-127.60.$number.1:25}
	set authentication.basic true
	entry relay $2
	entry relay list:x
	list x
	member 192.0.2.0/24
	gateway gw
	set ssh.host 127.60.$number.1
	set mta ${mta:-postfix}
	set ssh.port ${port:-2222}
	set ssh.user ${user:-root}
	set ssh.become ${become:-none}
	carry internet
	END
}

# push POLICY [option...]: its output is in $work/out.
push()
{
	generation=$((generation + 1))
	"$builddir/tests/lab/pushone" "$work/$1" gw $generation \
		trust="$trust" "${@:2}" >"$work/out" 2>&1
}

# A push that stands still, as process $pid, before it confirms.
push_halfway()
{
	generation=$((generation + 1))
	: >"$work/out"
	"$builddir/tests/lab/pushone" "$work/$1" gw $generation \
		trust="$trust" stop=confirm "${@:2}" >"$work/out" 2>&1 &
	pid=$!
	for _ in $(seq 1 100); do
		grep -q confirm "$work/out" && break
		sleep 0.1
	done
}

said()
{
	grep -Eq -e "$1" "$work/out"
}

# ends STATUS PATTERN POLICY [option...]
ends()
{
	push "${@:3}"
	[ $? -eq "$1" ] && said "$2"
}

accepts()
{
	[ "$(printf '%s\t0\t%s\tu@far.example\n' "$1" \
		"${2:-127.60.$number.1:25}" | "$builddir/tests/lab/ask" |
		cut -f1)" = accept ]
}

# Which policy answers: a, b, or something that is neither.
in_force()
{
	local x=
	accepts 127.10.0.1 && x=a
	accepts 127.20.0.1 && x=${x}b
	echo "in force: ${x:-none}" >>"$work/out"
	[ "$x" = "$1" ]
}

# Waits until nothing is pending; then exactly one policy must be in force.
settles()
{
	for _ in $(seq 1 100); do
		[ -e "$disk/var/lib/relayadm/journal" ] || break
		sleep 0.2
	done
	[ ! -e "$disk/var/lib/relayadm/journal" ] || return 1
	in_force a || in_force b
}

# In force is b, before and after.
console_faults()
{
	for step in connect upload check switch restart verify confirm; do
		push a kill=$step 2>/dev/null
		ok "killed when $step begins" settles
		push b force
	done
	push_halfway a confirm=3
	ok "a console that hangs: the gateway goes back by itself" \
		eval 'sleep 4; settles && in_force b'
	kill -CONT $pid
	wait $pid
	ok "and the console knows" said '^(ROLLED-BACK|UNKNOWN)'

	push_halfway a confirm=60
	"$builddir/tests/lab/pushone" "$work/b" gw $((generation + 1)) \
		trust="$trust" >"$work/second" 2>&1
	ok "two pushes at once" grep -q 'REFUSED another push is under way' \
		"$work/second"
	"$lab" run gw sh -c 'kill -KILL $(sed -n "s/^main //p" /var/lib/relayadm/journal)'
	ok "the script killed on the gateway" eval 'settles && in_force b'
	kill -CONT $pid
	wait $pid
	ok "and the console does not know" said '^UNKNOWN'

	push_halfway a confirm=60
	"$lab" crash gw
	kill -KILL $pid
	wait $pid 2>/dev/null
	"$lab" start gw $number 2>/dev/null
	push b status
	ok "a gateway that lost power says what is pending" \
		said '^pending generation'
	ok "the next push undoes it first" ends 0 '^(OK|UNCHANGED)' b
	ok "and is in force" in_force b
	push_halfway a confirm=60
	"$lab" crash gw
	kill -KILL $pid
	wait $pid 2>/dev/null
	mkdir -p "$disk/etc/relayadm-boot.d"
	printf '#!/bin/sh\nexec sh /var/lib/relayadm/gate.sh boot\n' \
		>"$disk/etc/relayadm-boot.d/undo"
	chmod 755 "$disk/etc/relayadm-boot.d/undo"
	"$lab" start gw $number 2>/dev/null
	ok "with a script at boot it comes up with the old policy" settles
	ok "and that is the one before" in_force b
}

# The script on the gateway by other shells than dash.
shell_faults()
{
	for shell in bash busybox; do
		"$lab" run gw ln -sf "/bin/$shell" /bin/sh
		ok "$shell as the gateway's shell" ends 0 '^OK' a
		ok "another push by $shell" ends 0 '^OK' b
		push a kill=confirm 2>/dev/null
		ok "killed, with $shell" eval 'settles && in_force b'
		push b status
		ok "the status by $shell" eval '! said "^drift" && said "^revision"'
	done
}
