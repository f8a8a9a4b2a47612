#!/bin/bash
# Pushes to real mail servers (MTA=postfix, exim, ...) that are cut: the console
# ends at each step, the link after so many bytes either way, the script on the
# gateway at a program that it starts, the machine.  Each time entirely the old or
# entirely the new policy must answer, the gateway's files be those of that one, and
# the console must not have said otherwise.  Several gateways at a time, as most of
# it is waiting.  RELAYADM_POINTS=all takes about CUTS points (320), else it is a sample.
# Last comes a control: with a mistake planted in the gate, it must be found.
srcdir=$(cd "${srcdir:-.}" && pwd) builddir=$(cd "${builddir:-.}" && pwd)
mta_root=${MTA:-postfix}
gateways=2 points=16
[ "${RELAYADM_POINTS:-}" != all ] || gateways=4 points=${CUTS:-320}
for tool in perl strace; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP no $tool"; exit 0; }
done
top=$(mktemp -d) || exit 1
pids=
# shellcheck disable=SC2086 # words
trap '[ -z "$pids" ] || kill $pids 2>/dev/null; rm -rf "$top"' EXIT
trap 'exit 1' INT TERM HUP

# --- one of the gateways, in a shell of its own ------------------------------------------

# The link is the stand-in's, and ends in the gateway; there is a tracer there.
prepare()
{
	local library loader
	mkdir "$work/bin"
	cp "$srcdir/tests/lab/standin.pl" "$work/bin/ssh"
	chmod 755 "$work/bin/ssh"
	PATH=$work/bin:$PATH W=$work/link
	export PATH W
	mkdir "$W"
	printf '%s\n' "$lab" run gw >"$W/enter"
	echo none >"$W/fault"
	"$lab" run gw mkdir -p "$W" /root/strace /etc/relayadm-boot.d
	loader=$(ldd "$(command -v strace)" | sed -n 's/^\s*\(\/\S*ld-\S*\).*/\1/p')
	for library in $(ldd "$(command -v strace)" |
		sed -n 's/.* => \(\S*\) .*/\1/p') "$loader" "$(command -v strace)"; do
		cp -L "$library" "$disk/root/strace/"
	done
	"$lab" run gw sh -c 'cat >/usr/bin/strace && chmod 755 /usr/bin/strace' <<-END
	#!/bin/sh
	exec /root/strace/${loader##*/} --library-path /root/strace \\
		/root/strace/strace "\$@"
	END
	printf '#!/bin/sh\nexec sh /var/lib/relayadm/gate.sh boot\n' \
		>"$disk/etc/relayadm-boot.d/undo"
	chmod 755 "$disk/etc/relayadm-boot.d/undo"
	[ "$mta" != postfix ] || "$lab" run gw postconf -e 'in_flow_delay = 0s'
	# They differ in a table and in where the server listens.
	policy a 127.10.0.0/16
	policy b 127.20.0.0/16
	sed -i 's/^set ssh.host.*/&\nset ssh.transport openssh/' "$work/a" "$work/b"
	sed -i "s/^listen.*/&\\nlisten 127.60.$number.2:587/" "$work/b"
}

base=/var/lib/relayadm

resting()
{
	local pid
	pid=$(cat "$W/gate.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null &&
		return 1
	[ ! -e "$disk$base/journal" ] &&
		"$lab" run gw flock -n $base/lock true
}

# By itself, or at the next contact.
settled()
{
	local i
	for i in $(seq 1 400); do
		resting && return 0
		[ "$i" -ne 150 ] || { push "$old"; cp "$work/out" "$work/again"; }
		sleep 0.1
	done
	return 1
}

# The policy that answers: all of it, or "none".
answering()
{
	local x=
	accepts 127.10.0.1 && x=a
	accepts 127.20.0.1 && x=${x}b
	accepts 127.20.0.1 "127.60.$number.2:587" && x=${x}2
	case $x in
	a) echo a ;;
	b2) echo b ;;
	*) echo "none ($x)" ;;
	esac
}

# The files are those of the policy that answers, as the status says.
placed()
{
	push "$now" status
	! said '^drift' && said '^pending $' && said "^digest ${digest[$now]}\$"
}

# true when what the console said is so
honest()
{
	case $1 in
	'OK '*) [ "$now" = "$new" ] ;;
	'ROLLED-BACK '* | 'FAILED '* | 'REFUSED '* | 'UNREACHABLE '*)
		[ "$now" = "$old" ]
		;;
	'UNKNOWN '* | killed) true ;;
	*) false ;;
	esac
}

machine_crash()
{
	"$lab" crash gw
	"$lab" start gw "$number" 2>/dev/null
}

# What $must be in force afterwards is "any" or "old"; a fault is said in $why.
point()
{
	old=$now must=any
	case $old in
	a) new=b ;;
	*) new=a ;;
	esac
	rm -f "$W/gate.pid"
	case $1 in
	console | crash)
		must=old
		push $new kill="$2" 2>/dev/null
		[ "$1" = console ] || machine_crash
		;;
	*)
		echo "$1 $2" >"$W/fault"
		case $1 in
		up) must=old ;; # up to the last byte of the confirmation
		end) must=old; echo "up $((sent[$new] - $2))" >"$W/fault" ;;
		esac
		push $new confirm=30
		echo none >"$W/fault"
		;;
	esac
	last=$(tail -n 1 "$work/out")
	[ "$1" != console ] && [ "$1" != crash ] || last=killed
	why="it does not come to rest"
	settled || return 1
	now=$(answering)
	why="old $old, new $new, answers $now, it said: $last"
	case $now in
	a | b) ;;
	*) now=$old; return 1 ;;
	esac
	[ $must = any ] || [ "$now" = "$old" ] || return 1
	honest "$last" || return 1
	why="files and answers of $now do not agree"
	placed
}

# Undisturbed pushes, of which the bytes and the processes are counted; of two
# numbers the lesser.
measure()
{
	local policy up down
	now=b whole='100000000 100000000 100000000 100000000'
	for policy in b a; do
		push $policy force
		digest[$policy]=$(sed -n 's/^digest //p' "$work/out")
	done
	for policy in b a; do
		echo count 0 >"$W/fault"
		rm -f "$W/gate.pid"
		push $policy
		echo none >"$W/fault"
		said '^OK ' && settled || return 1
		read -r up down <"$W/passed"
		sent[$policy]=$up
		now=$(answering)
		[ "$now" = $policy ] && placed || return 1
		whole=$(echo "$whole $up $down $(grep -c '^clone' "$disk$W/forks")" \
			"$(grep -c '^vfork' "$disk$W/forks")" | awk '{
			for (i = 1; i <= 4; i++)
				printf "%d ", $i < $(i + 4) ? $i : $(i + 4) }')
	done
}

take()
{
	if point "$@"; then
		echo "good $*: ${last%% *}"
	else
		echo "bad $*: $why"
		sed 's/^/#   /' "$work/out"
	fi
}

# worker NUMBER: takes the points in $top/points.NUMBER as soon as they are there.
worker()
{
	local kind n
	declare -A digest sent
	# shellcheck source=tests/lab/one.sh
	. "$srcdir/tests/lab/one.sh"
	mta=${mta_root%7} # for pushing.sh
	# shellcheck source=tests/lab/pushing.sh
	. "$srcdir/tests/lab/pushing.sh"
	start_gateway "$mta_root"
	prepare
	measure || { echo "bad undisturbed: $(tail -n 1 "$work/out")"; exit 1; }
	echo "whole $whole"
	while [ ! -e "$top/points" ]; do
		sleep 0.2
	done
	while read -r kind n; do
		take "$kind" "$n"
	done <"$top/points.$1"
	[ "$1" -eq 1 ] || exit 0
	printf '%s' 's/if read -r word token && .*?\n.*?; then/if read -r word token || :; then/' \
		>"$W/change"
	while read -r kind n; do
		take "$kind" "$n"
	done <"$top/last" >"$top/planted"
}

# --- all of them ----------------------------------------------------------------------------
for i in $(seq 1 "$gateways"); do
	(worker "$i") >"$top/said.$i" 2>"$top/err.$i" &
	pids="$pids $!"
done
for _ in $(seq 1 1200); do
	[ "$(cat "$top"/said.* | wc -l)" -lt "$gateways" ] || break
	sleep 0.5
done
grep -h '^1\.\.0' "$top"/said.* | head -n 1 | grep . && exit 0
read -r up down forks vforks <<END
$(sed -n 's/^whole //p' "$top"/said.* | sort -n | head -n 1)
END
[ -n "$vforks" ] || { cat "$top"/said.* "$top"/err.*; exit 1; }

# share KIND FIRST LAST COUNT: so many of them, evenly.
share()
{
	awk -v kind="$1" -v a="$2" -v b="$3" -v n="$4" 'BEGIN {
		for (i = 0; i < n && i <= b - a; i++)
			print kind, a + int(i * (n > b - a ? 1 : (b - a) / n)) }'
}

{
	for step in connect upload check switch restart verify confirm; do
		echo "console $step"
		[ $points -le 16 ] || echo "crash $step"
	done
	share fork 1 "$forks" $((points / 4))
	share vfork 1 "$vforks" $((points / 8))
	share down 1 "$down" $((points / 4))
	# The script, which goes first, is most of it.
	share up $((up - 12000)) $((up - 61)) $((points / 8))
	share end 1 60 $((points / 6))
} >"$top/all"
# The mistake makes the script shorter by 49 bytes.
share end 50 85 5 >"$top/last"
for i in $(seq 1 "$gateways"); do
	awk -v i="$i" -v n="$gateways" 'NR % n == i % n' "$top/all" \
		>"$top/points.$i"
done
: >"$top/points"
# shellcheck disable=SC2086 # words
wait $pids
pids=

awk '/^(good|bad) / {
		printf "%sok %d - %s\n", $1 == "bad" ? "not " : "", ++n,
		    substr($0, length($1) + 2)
	}
	/^#/' "$top"/said.*
count=$(grep -hc -E '^(good|bad) ' "$top"/said.* | awk '{ n += $1 } END { print n }')
wanted=$(wc -l <"$top/all")
[ "$count" -eq "$wanted" ] || printf 'not '
echo "ok $((count + 1)) - $mta_root: all of $wanted points were taken"
grep -q '^bad .*it said: UN' "$top/planted" || printf 'not '
echo "ok $((count + 2)) - a gate that takes any word for a confirmation is found"
cat "$top"/err.* | head -n 10 | sed 's/^/# /'
echo "1..$((count + 2))"
