#!/bin/bash
# Pushes to a real Postfix that are cut: the console ends at each step, the link
# after so many bytes either way.  The old or the new policy answers, and the
# console has not said otherwise.  RELAYADM_POINTS=all takes about a hundred points.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"

# shellcheck source=tests/lab/pushing.sh
. "$srcdir/tests/lab/pushing.sh"
command -v perl >/dev/null || { echo "1..0 # SKIP no perl"; exit 0; }
start_gateway
"$lab" run gw postconf -e 'in_flow_delay = 0s'
policy a 127.10.0.0/16
policy b 127.20.0.0/16
sed -i 's/^set ssh.host.*/&\nset ssh.transport openssh/' "$work/a" "$work/b"
base=/var/lib/relayadm

# The link is the stand-in's, and ends in the gateway.
mkdir "$work/bin" "$work/link"
cp "$srcdir/tests/lab/standin.pl" "$work/bin/ssh"
chmod 755 "$work/bin/ssh"
printf '%s\n' "$(cd "$srcdir" && pwd)/tests/lab/lab" run gw >"$work/link/enter"
PATH=$work/bin:$PATH W=$work/link
export PATH W

resting()
{
	local pid
	pid=$(cat "$W/gate.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null &&
		return 1
	[ ! -e "$disk$base/journal" ] &&
		"$lab" run gw flock -n $base/lock true
}

settled()
{
	for _ in $(seq 1 200); do
		resting && return 0
		sleep 0.1
	done
	return 1
}

# The policy that answers.
answering()
{
	local x=
	accepts 127.10.0.1 && x=a
	accepts 127.20.0.1 && x=${x}b
	echo "${x:-none}"
}

# true when what the console said is so
honest()
{
	case $(tail -n 1 "$work/out") in
	'OK '*) [ "$now" = "$new" ] ;;
	'ROLLED-BACK '* | 'FAILED '* | 'REFUSED '* | 'UNREACHABLE '*)
		[ "$now" = "$old" ]
		;;
	'BROKEN '*) false ;;
	*) true ;;
	esac
}

# point OPTION: the push is cut as $W/fault and the option say; $must is what has
# to answer then, or "any".
point()
{
	old=$now
	case $old in
	a) new=b ;;
	*) new=a ;;
	esac
	rm -f "$W/gate.pid"
	push $new "$@" 2>/dev/null
	echo none >"$W/fault"
	settled || return 1
	now=$(answering)
	echo "old $old, new $new, answers $now" >>"$work/out.more"
	case $now in
	a | b) ;;
	*) return 1 ;;
	esac
	[ "$must" = any ] || [ "$now" = "$old" ] || return 1
	honest
}

echo none >"$W/fault"
now=b must=any
ok "a push that nothing disturbs" eval 'point && [ $now = a ] && said ^OK'
read -r up down <"$W/passed"
must=old
for step in connect upload check switch restart verify confirm; do
	ok "the console ends at $step" point kill=$step
done
few=200 last=10
[ "${RELAYADM_POINTS:-}" != all ] || few=12 last=2
for n in $(seq $((up - 60)) $((few / 4 + 1)) $((up - 1))) \
	$(seq $((up - 9000)) $((few * 30)) $((up - 61))); do
	echo "up $n" >"$W/fault"
	ok "cut when $n bytes have gone there" point
done
must=any
for n in $(seq 1 $few "$down") $(seq $((down - 20)) $last $((down - 1))); do
	echo "down $n" >"$W/fault"
	ok "cut when $n bytes have come back" point
done
"$lab" stop gw
echo "1..$count"
