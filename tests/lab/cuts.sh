#!/bin/bash
# A push is cut at every point: the console ends at each step, the link after each
# byte, the script on the gateway at each program that it starts, the mail server
# at each call, the machine.  Each time the gateway must end with entirely the old
# or entirely the new files, serve by them, and the console must not have said
# otherwise.  The mail server is a stand-in; the gate and the console are real.
# RELAYADM_POINTS=all takes more than 2,000 points, else it is a sample.  Last come
# controls: with a mistake planted in the gate the same run must find it.
srcdir=$(cd "${srcdir:-.}" && pwd) builddir=$(cd "${builddir:-.}" && pwd)
me=$srcdir/tests/lab/cuts.sh
export srcdir builddir

need()
{
	local tool
	[ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP needs root"; exit 0; }
	for tool in perl strace unshare flock ssh-keygen ip; do
		command -v $tool >/dev/null ||
			{ echo "1..0 # SKIP no $tool"; exit 0; }
	done
	unshare -mpn --fork true 2>/dev/null ||
		{ echo "1..0 # SKIP no namespaces"; exit 0; }
}

# --- in namespaces of its own, as their first process ---------------------------------

prepare()
{
	local program
	mount --make-rprivate /
	mount -t proc proc /proc
	mount -t tmpfs tmpfs /run
	mount -t tmpfs tmpfs /var/lib
	ip link set lo up
	mkdir -p $W/bin $W/etc $W/lib $W/queue/pid /var/lib/relayadm
	for program in postfix postconf postmap ssh lib/smtpd lib/master; do
		case $program in
		lib/*) cp "$srcdir/tests/lab/standin.pl" $W/$program ;;
		*) cp "$srcdir/tests/lab/standin.pl" $W/bin/$program ;;
		esac
	done
	chmod 755 $W/bin/* $W/lib/*
	mount -t overlay -o lowerdir=$W/bin:/usr/sbin overlay /usr/sbin
	PATH=$W/bin:$PATH
	export PATH
	echo 'mail_owner = root' >$W/etc/main.cf
	echo 'pickup unix n - n 60 1 pickup' >$W/etc/master.cf
	ssh-keygen -q -t ed25519 -N '' -f $W/key
	cp "$1" $W/change
	a='127.10.0.0/16' b='127.20.0.0/16'
	policy a "$a" false
	policy b "$b" true
	postfix start
}

policy()
{
	cat >$W/$1 <<-END
	server internet
	listen 127.0.0.1:25
	entry relay $2
	set authentication.basic $3
	gateway gw
	set ssh.host 127.0.0.1
	set ssh.user root
	set ssh.transport openssh
	carry internet
	END
}

# push POLICY [option...]: what the console said last is in $said.
push()
{
	generation=$((generation + 1))
	rm -f $W/gate.pid $W/calls $W/passed
	RELAYADM_SSH_KEY=$W/key timeout -s KILL 100 \
		"$builddir/tests/lab/pushone" $W/$1 gw $generation \
		trust=$W/key.pub confirm=30 "${@:2}" >$W/out 2>&1
	said=$(tail -n 1 $W/out | cut -d' ' -f1)
}

pending()
{
	local pid
	pid=$(cat $W/gate.pid 2>/dev/null) && kill -0 "$pid" 2>/dev/null &&
		return 0
	[ -e $base/journal ] || ! flock -n $base/lock true
}

# Until the gateway has come to rest, by itself or at the next contact.
settle()
{
	local i
	for i in $(seq 1 600); do
		pending || return 0
		[ "$i" -ne 60 ] || push "$now" 2>/dev/null
		sleep 0.05
	done
	return 1
}

# The policy that the mail server has read.
served()
{
	local row
	exec 4<>/dev/tcp/127.0.0.1/25 || return 1
	read -r -t 5 row <&4
	printf 'NOOP\r\nQUIT\r\n' >&4
	read -r -t 5 _ row <&4
	exec 4>&-
	case $row in
	$a*) echo a ;;
	$b*) echo b ;;
	*) echo "none ($row)" ;;
	esac
} 2>/dev/null

# The policy in the files; nothing when they do not belong together.
placed()
{
	local gen=$base/current name
	for name in main.cf master.cf; do
		cmp -s "$gen/placed/$name" "$W/etc/$name" || return 1
	done
	case $(cat "$gen"/server/*/relay.cidr) in
	$a*) echo a ;;
	$b*) echo b ;;
	esac
}

bad()
{
	echo "bad $point: $*"
	sed 's/^/#   /' $W/out
}

# judge OLD NEW WANTED: what the console said against what the gateway has; WANTED
# is what it must be, or "any".
judge()
{
	settle || { bad "it does not come to rest"; return; }
	now=$(served)
	case $now in
	a | b) ;;
	*) bad "it serves $now"; return ;;
	esac
	[ "$(placed)" = "$now" ] || { bad "files of $(placed), served is $now"; return; }
	case $said in
	OK) [ "$now" = "$2" ] ;;
	ROLLED-BACK | FAILED | REFUSED | UNREACHABLE) [ "$now" = "$1" ] ;;
	BROKEN) false ;;
	*) true ;;
	esac || { bad "said $said, but has $now (old $1, new $2)"; return; }
	[ "$3" = any ] || [ "$now" = "$3" ] || bad "it has $now and must have $3"
}

machine_crash()
{
	kill -KILL -1 2>/dev/null
	wait
	rm -f $W/queue/pid/master.pid
	[ ! -e $base/gate.sh ] || sh $base/gate.sh boot </dev/null >/dev/null 2>&1
	postfix start
}

# one KIND N: one point
one()
{
	local old=$now new wanted=any
	case $old in
	a) new=b ;;
	*) new=a ;;
	esac
	point="$1 $2"
	echo none >$W/fault
	case $1 in
	console)
		push $new kill="$2" 2>/dev/null
		said=killed wanted=$old
		;;
	crash)
		push $new kill="$2" 2>/dev/null
		machine_crash
		said=killed wanted=$old
		;;
	up)
		echo "up $2" >$W/fault
		# Without the last byte of the confirmation nothing is new.
		[ "$2" -ge "$whole_up" ] || wanted=$old
		push $new
		;;
	*)
		echo "$1 $2" >$W/fault
		push $new
		;;
	esac
	echo none >$W/fault
	judge "$old" "$new" $wanted
}

worker()
{
	local kind n
	W=/run/cuts base=/var/lib/relayadm generation=0
	export W
	exec 3<"$2"
	prepare "$1"
	echo none >$W/fault
	now=b
	push a
	now=$(served)
	point=first
	[ "$said $now" = 'OK a' ] ||
		{ bad "said $said, serves $now"; exit 1; }
	now=a
	point='undisturbed 0'
	echo count 0 >$W/fault
	push b
	echo none >$W/fault
	judge a b b
	read -r whole_up whole_down <$W/passed
	echo "whole $whole_up $whole_down $(grep -c '^clone' $W/forks)" \
		"$(grep -c '^vfork' $W/forks) $(cat $W/calls)"
	while read -r kind n; do
		one "$kind" "$n"
		echo "done"
	done <&3
}

if [ "${1:-}" = worker ]; then
	worker "$2" "$3"
	exit 0
fi

need
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
count=0 wrong=0

# side_by_side CHANGE POINTS: the points in six namespaces; what they say is in
# $work/said.
side_by_side()
{
	local i pids=
	for i in 1 2 3 4 5 6; do
		awk -v i=$i 'NR % 6 == i % 6' "$2" >"$work/points.$i"
		unshare -mpn --fork --kill-child "$me" worker "$1" \
			"$work/points.$i" >"$work/said.$i" 2>"$work/err.$i" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # words
	wait $pids
	cat "$work"/said.[1-6] >"$work/said"
}

tell()
{
	count=$((count + 1))
	if "${@:2}"; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		grep -A 12 '^bad' "$work/said" | sed 's/^/# /' | head -n 60
		cat "$work"/err.[1-6] | head -n 5 | sed 's/^/# /'
		wrong=1
	fi
}

none_bad()
{
	! grep -q '^bad' "$work/said" &&
		[ "$(grep -c '^done' "$work/said")" -eq "$(wc -l <"$1")" ]
}

steps='connect upload check switch restart verify confirm'

# Every byte that comes back, every program of the script, every call, and of the
# bytes that go there the last 100 and as many as are wanted.
all_points()
{
	local step
	for step in $steps; do
		echo "console $step"
		echo "crash $step"
	done
	seq -f 'down %.0f' 1 "$down"
	seq -f 'fork %.0f' 1 "$forks"
	seq -f 'vfork %.0f' 1 "$vforks"
	seq -f 'call %.0f' 1 "$calls"
	seq -f 'up %.0f' $((up - 100)) "$up"
	# The script, which goes first, is most of it.
	seq -f 'up %.0f' 1 250 $((up - 101))
	seq -f 'up %.0f' $((up - 13000)) 11 $((up - 101))
}

: >"$work/none"
: >"$work/nothing"
unshare -mpn --fork --kill-child "$me" worker "$work/nothing" "$work/none" \
	>"$work/said" 2>"$work/err.1"
read -r _ up down forks vforks calls <<END
$(grep '^whole' "$work/said")
END
# A script that is traced starts many.
tell "a push that nothing disturbs" \
	eval '[ -n "$calls" ] && [ "$forks" -gt 20 ] && none_bad "$work/none"'
[ -n "$calls" ] || { echo "1..$count"; exit 1; }
all_points >"$work/all"
if [ "${RELAYADM_POINTS:-}" = all ]; then
	cp "$work/all" "$work/points"
else
	awk 'NR <= 14 || NR % 16 == 0' "$work/all" >"$work/points"
fi
side_by_side "$work/nothing" "$work/points"
tell "$(wc -l <"$work/points") of $(wc -l <"$work/all") points: all old or all new, and the console knows" \
	none_bad "$work/points"

# --- controls ------------------------------------------------------------------------------
awk 'NR <= 14 || /^down [0-9]*00$/ || /^v?fork [0-9]*0$/ || /^call/ && NR % 2' "$work/all" \
	>"$work/some"

# planted WHAT SUBSTITUTION
planted()
{
	printf '%s' "$2" >"$work/change"
	side_by_side "$work/change" "$work/some"
	tell "a gate that $1 is found" found
}

# At a point, not because it does not run at all.
found()
{
	grep '^bad' "$work/said" | grep -qv '^bad first'
}

planted "removes its journal early" \
	's/(step restart )/rm -f "\$base\/journal"; $1/'
planted "keeps its journal when it has said OK" \
	's/forget_journal \|\| back_out "cannot/: || back_out "cannot/'
planted "takes any word for a confirmation" \
	's/if read -r word token && .*?\n.*?; then/if read -r word token || :; then/'
planted "goes back file by file and forgets one" \
	's/place "\$new\/former" && point_to/: && point_to/'
planted "takes a failed reload for done" \
	's/activate "\$how" \|\|\n/activate "\$how" || : ||\n/'
echo "1..$count"
[ $wrong -eq 0 ]
