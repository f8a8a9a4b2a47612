#!/bin/sh
# The claims of test_property and test_invariants for very many policies, two
# processes at a time.  RELAYADM_SEED: the first seed (default: the time);
# RELAYADM_EFFORT: how many times the policies of make check, each (default
# 20); RELAYADM_SECONDS: when to give up (default 1800).
set -u
programs=${builddir:-.}/tests/policy
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
seed=${RELAYADM_SEED:-$(date +%s)}
seconds=${RELAYADM_SECONDS:-1800}
export RELAYADM_EFFORT="${RELAYADM_EFFORT:-20}"

# run N: every claim, from a seed far from the other process's.
run()
{
	RELAYADM_SEED=$((seed + $1 * 1000000000))
	export RELAYADM_SEED
	timeout "$seconds" "$programs/test_property" >"$dir/out.$1" 2>&1 &&
		timeout "$seconds" "$programs/test_invariants" \
			>>"$dir/out.$1" 2>&1
	echo "$?" >"$dir/rc.$1"
}

echo "# RELAYADM_SEED=$seed RELAYADM_EFFORT=$RELAYADM_EFFORT"
run 1 &
run 2 &
wait
for n in 1 2; do
	if [ "$(cat "$dir/rc.$n")" -eq 0 ]; then
		echo "ok $n - every claim holds, from seed" \
			"$((seed + n * 1000000000)) on"
	else
		echo "not ok $n - a claim is false, or time is up"
		sed 's/^/# /' "$dir/out.$n"
	fi
done
# "# NAME: COUNT checks of COUNT policies, ..."
sed -n 's/^# \(.*\): \([0-9]*\) checks of \([0-9]*\) .*/\1\t\2\t\3/p' \
	"$dir"/out.* | awk -F'\t' '
	{ checks[$1] += $2; policies[$1] += $3; all += $2 }
	END {
		n = 2
		for (name in checks)
			printf "ok %d - %s: %d checks of %d policies\n", ++n,
			    name, checks[name], policies[name]
		printf "%s %d - %d checks, of 10000000 at least\n",
		    (all >= 10000000) ? "ok" : "not ok", ++n, all
		printf "1..%d\n", n
	}'
