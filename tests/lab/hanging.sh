#!/bin/bash
# Programs on the gateway that hang or fail, clocks that somebody sets, journals
# that do not go away: a push ends in time, with the old or the new policy, and
# says which.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"

# shellcheck source=tests/lab/pushing.sh
. "$srcdir/tests/lab/pushing.sh"

export RELAYADM_LAB_DISK=64m
start_gateway
"$lab" run gw postconf -e 'in_flow_delay = 0s'
policy a 127.10.0.0/16
policy b 127.20.0.0/16
base=/var/lib/relayadm

# Stands before a program: does what the lines "KIND GLOB" of /root/fault say of
# "NAME ARGUMENT..."; "late" fails when a push has removed its journal.
cat >"$work/wrapper" <<'END'
#!/bin/sh
name=${0##*/}
while read -r kind glob; do
	# shellcheck disable=SC2254 # a pattern
	case "$name $*" in
	$glob) ;;
	*) continue ;;
	esac
	case $kind in
	hang) exec sleep 600 ;;
	fail) exit 1 ;;
	late)
		[ -e /var/lib/relayadm/journal ] ||
			[ ! -e /var/lib/relayadm/watched ] || exit 1
		;;
	esac
done </root/fault
exec "/root/real/$name" "$@"
END
mkdir -p "$disk/root/real"
: >"$disk/root/fault"
for program in postfix postconf postmap rm sync; do
	"$lab" run gw sh -c "cp -p \$(readlink -f \$(command -v $program)) /root/real/$program &&
		cp /dev/stdin /root/new && chmod 755 /root/new &&
		mv /root/new \$(command -v $program)" <"$work/wrapper"
done

# faults [KIND GLOB]...: from now on
faults()
{
	: >"$work/fault"
	while [ $# -gt 0 ]; do
		echo "$1 $2" >>"$work/fault"
		shift 2
	done
	"$lab" run gw cp /dev/stdin /root/fault <"$work/fault"
}

# within SECONDS COMMAND...: it succeeds, in that time.
within()
{
	local began=$SECONDS
	"${@:2}" && [ $((SECONDS - began)) -le "$1" ]
}

# Nothing is pending after a while, of $1 tenths of a second.
gone()
{
	for _ in $(seq 1 "$1"); do
		[ -e "$disk$base/journal" ] || return 0
		sleep 0.1
	done
	return 1
}

ok "first push" ends 0 '^OK ' a
ok "second push" ends 0 '^OK ' b

# --- programs that hang --------------------------------------------------------------
faults hang 'postfix reload*'
ok "a reload that hangs" within 50 ends 5 'ROLLED-BACK .*reload' a confirm=5
ok "the old policy serves" in_force b
faults fail 'postfix reload*'
ok "a reload that fails" within 50 ends 5 'ROLLED-BACK .*reload' a confirm=5
ok "the old policy serves then" in_force b
faults hang 'postfix reload*' hang 'postfix stop*'
ok "nor can it be stopped" within 60 ends 5 'ROLLED-BACK ' a confirm=5
ok "the old policy serves all the same" in_force b
faults hang 'postconf *'
ok "postconf hangs" within 100 ends 5 'REFUSED .*postconf.* did not end' a
faults hang 'postmap *'
ok "postmap hangs" within 150 ends 5 'FAILED .*postmap did not end' a
faults
ok "with that over it goes through" ends 0 '^OK' a
ok "it is in force" in_force a
ok "back" ends 0 '^OK' b

"$lab" run gw mkdir -p /run/systemd/system
"$lab" run gw sh -c 'printf "#!/bin/sh\nexec sleep 600\n" >/usr/bin/systemctl
	chmod 755 /usr/bin/systemctl'
ok "systemctl hangs" within 90 ends 5 'ROLLED-BACK ' a confirm=5 restart
ok "the old policy serves still" in_force b
"$lab" run gw rm -r /usr/bin/systemctl /run/systemd

# --- clocks ------------------------------------------------------------------------------
# Each look at it is a day later, or earlier.
"$lab" run gw cp -p /usr/bin/date /root/real/date
leaping()
{
	cat >"$work/date" <<-END
	#!/bin/sh
	n=\$(cat /root/days 2>/dev/null || echo 0)
	echo \$((n + 1)) >/root/days
	exec /root/real/date -d "\$n days $1" "\$@"
	END
	"$lab" run gw cp /dev/stdin /usr/bin/date <"$work/date"
}
leaping ''
push_halfway a confirm=60
ok "a clock that leaps ahead: there is time to confirm" eval '! gone 40'
kill -CONT $pid
wait $pid
ok "and it is confirmed" said '^OK'
leaping ago
push_halfway b confirm=3
ok "a clock that goes back: it does not wait for ever" gone 200
kill -CONT $pid
wait $pid
ok "and the console knows" said '^(ROLLED-BACK|UNKNOWN)'
ok "the one before serves" in_force a
"$lab" run gw cp -p /root/real/date /usr/bin/date
ok "back to b" ends 0 '^OK' b

# --- a link that says nothing any more ---------------------------------------------------
generation=$((generation + 1))
"$builddir/tests/lab/pushone" "$work/a" gw $generation trust="$trust" \
	stop=upload confirm=1 >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 1 100); do
	grep -q upload "$work/out" && break
	sleep 0.1
done
for _ in $(seq 1 40); do
	push b
	said '^(OK|UNCHANGED)' && break
	sleep 0.5
done
ok "it does not keep others away" said '^(OK|UNCHANGED)'
kill -KILL $pid
wait $pid 2>/dev/null

# --- a journal that stays ----------------------------------------------------------------
faults fail "rm -f $base/journal"
ok "a journal that cannot be removed" ends 5 \
	'ROLLED-BACK .*cannot remove /var/lib/relayadm/journal' a
ok "the old policy serves with it" in_force b
ok "the next push does not begin" ends 5 'REFUSED .*cannot remove' a
faults
ok "until it can be" ends 0 '^OK' a
ok "which is in force" in_force a
"$lab" run gw rm -f $base/watched
faults late "sync $base"
ok "the removal does not reach the disk" ends 5 'ROLLED-BACK ' b
faults
ok "the one before is in force" in_force a
ok "b at last" ends 0 '^OK' b

# --- a disk that fills up after the switch --------------------------------------------------
push_halfway a confirm=60
"$lab" run gw sh -c 'dd if=/dev/zero of=/var/filler bs=64k; dd if=/dev/zero of=/var/filler2 bs=1' 2>/dev/null
kill -KILL $pid
wait $pid 2>/dev/null
ok "no room to go back: it is made" gone 200
"$lab" run gw rm -f /var/filler /var/filler2
ok "the old policy is back" in_force b
push b status
ok "nothing is left over" eval '! said "^drift" && said "^pending $"'
"$lab" stop gw
echo "1..$count"
