#!/bin/bash
# Two Postfix, an Exim and an OpenSMTPD side by side, each with a real sshd: random
# policies go to all of them by one push, and every answer of a live session must be
# the policy core's, for clients of IPv4 and of IPv6, from everywhere.  It is in a
# network namespace in which every address is local.  Last come controls: one wrong
# rule on one gateway must be found.  FIRST_SEED=N ROUNDS=N take other policies;
# RELAYADM_POINTS=all asks each mail server more than 2,000 times.
srcdir=$(cd "${srcdir:-.}" && pwd) builddir=$(cd "${builddir:-.}" && pwd)
export srcdir builddir

skip() { echo "1..0 # SKIP $*"; exit 0; }

if [ "${1:-}" != inside ]; then
	[ "$(id -u)" -eq 0 ] || skip needs root
	command -v ip >/dev/null || skip no ip
	unshare -n true 2>/dev/null || skip no network namespaces
	exec unshare -n "$srcdir/tests/lab/beside.sh" inside
fi

# --- the network ----------------------------------------------------------------------
gateways='11:postfix 12:postfix 13:exim 14:opensmtpd7'
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
# Names are looked up for the families that the machine has an address of.
ip addr add 198.51.100.1/32 dev lo
ip -6 route add local ::/0 dev lo 2>/dev/null || skip no IPv6
for gateway in $gateways; do
	for i in 1 2; do
		ip -6 addr add "2001:db8:60:${gateway%:*}::$i/128" dev lo nodad
	done
done

# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
# shellcheck source=tests/lab/names.sh
. "$srcdir/tests/lab/names.sh"
r=$builddir/relayadm
export RELAYADM_DB=$work/policy.db
first=${FIRST_SEED:-1} rounds=${ROUNDS:-2}
[ "${RELAYADM_POINTS:-}" != all ] || rounds=${ROUNDS:-10}
for gateway in $gateways; do
	n=${gateway%:*}
	"$lab" start "g$n" "$n" "${gateway#*:}" 2>"$work/log"
	rc=$?
	[ $rc -ne 77 ] || skip "$(tail -n 1 "$work/log")"
	[ $rc -eq 0 ] || { cat "$work/log" >&2; exit 1; }
	name_clients "g$n"
done

# --- one push -------------------------------------------------------------------------

# Random policies are open relays now and then.
commit()
{
	local code
	overrides=
	for _ in 1 2 3 4 5 6 7 8; do
		# shellcheck disable=SC2086 # words
		"$r" commit -m "$1" $overrides >"$work/out" 2>&1 && return
		code=$(sed -n 's/.* (\([a-z-]*\)); mend it.*/\1/p' "$work/out")
		[ -n "$code" ] || return
		overrides="$overrides --override $code"
	done
	return 1
}

trust_all()
{
	local gateway
	for gateway in $gateways; do
		"$r" gateway trust "g${gateway%:*}" --fingerprint "$("$lab" info \
			"g${gateway%:*}" | sed -n 's/^fingerprint=//p')" || return
	done >"$work/out" 2>&1
}

push()
{
	# shellcheck disable=SC2086 # words
	"$r" push "$@" --force $overrides >"$work/out" 2>&1
}

# push_round SEED
push_round()
{
	rm -rf "$work/round"
	mkdir "$work/round"
	# shellcheck disable=SC2086 # words
	"$builddir/tests/lab/whim" "$1" "$work/round" $gateways \
		>"$work/out" 2>&1 &&
		"$r" load "$work/round/policy.json" >"$work/out" 2>&1 &&
		commit "seed $1" && trust_all &&
		push --all && [ "$(grep -c ' OK ' "$work/out")" -eq 4 ]
}

# --- sessions -------------------------------------------------------------------------

# All gateways at once; "GATEWAY QUESTION WANTED ANSWER" of what differs is in
# $work/out, and in $work/asked one "GATEWAY FAMILY" for each answer.
ask_all()
{
	local gateway name pids=
	for gateway in $gateways; do
		name=g${gateway%:*}
		"$builddir/tests/lab/ask" <"$work/round/$name/questions" \
			>"$work/round/$name/answers" &
		pids="$pids $!"
	done
	# shellcheck disable=SC2086 # words
	wait $pids
	for gateway in $gateways; do
		name=g${gateway%:*}
		paste "$work/round/$name/questions" "$work/round/$name/want" \
			"$work/round/$name/answers" |
			awk -F '\t' -v g="$name ${gateway#*:}" \
				-v asked="$work/asked" '
			$9 != "" {
				print g, $1 ~ /:/ ? "IPv6" : "IPv4" >>asked
			}
			$5 != $9 { print g ": " $0 }'
	done >"$work/out"
}

agrees()
{
	ask_all
	[ ! -s "$work/out" ]
}

: >"$work/asked"
round=0
while [ $round -lt "$rounds" ]; do
	seed=$((first + round))
	round=$((round + 1))
	ok "seed $seed: one push to four gateways" push_round $seed
	ok "seed $seed: every answer is the policy core's" agrees
done
sort "$work/asked" | uniq -c | awk '{ print "# " $2, $3, $4 ": " $1 " sessions" }'
fewest=$(awk -v most="$((rounds * 220))" '{ n[$1 " " $2]++; v[$1 " " $3]++ }
	END { for (g in n) if (n[g] != most) bad = 1
	for (g in v) { k++; if (v[g] * 4 < most) bad = 1 }
	print bad + 0, k + 0 }' "$work/asked")
ok "each was asked $((rounds * 220)) times, a quarter of it by either family" \
	[ "$fewest" = '0 8' ]

# --- controls -------------------------------------------------------------------------
planted=

# plant NUMBER: connection control of that gateway names one client more.
plant()
{
	local client server
	planted="$planted${planted:+ }g$1"
	# Of a server that listens on ADDRESS.N or ADDRESS::N, or at port 3000 and on.
	read -r client server <<-END
	$(paste "$work/round/g$1/questions" "$work/round/g$1/want" |
		awk -F '\t' -v g="g$1" '
		FNR == NR {
			split($0, word, " ")
			if (word[1] == "server") name = word[2]
			if (word[2] == "connection.mode") mode[name] = word[3]
			next
		}
		{
			n = split($3, part, /[.:\]]+/)
			server = g "s" (part[n] >= 3000 ? part[n] - 3000 \
				: part[n - 1] - 1)
			refused = $6 ~ /^refuse-connection/
			if (refused == (mode[server] == "only")) {
				print $1, server
				exit
			}
		}' "$work/round/policy" -)
	END
	"$r" server set "$server" "connection+=$client" >"$work/out" 2>&1 &&
		commit "a wrong rule for $client" && push "g$1"
}

# Nothing but what was planted.
found()
{
	ask_all
	[ "$(cut -d' ' -f1 "$work/out" | uniq | tr '\n' ' ')" = "$planted " ]
}

for n in 11 13 14; do
	ok "one wrong rule is planted on g$n" plant $n
	ok "it is found, there only" found
done
for gateway in $gateways; do
	"$lab" stop "g${gateway%:*}"
done
echo "1..$count"
