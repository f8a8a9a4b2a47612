#!/bin/sh
# relayadm decide --batch agrees with the model, line by line: decision, row,
# and what decided.  RELAYADM_DECISIONS: how many (default 100,000, 2,000 to a
# random policy); RELAYADM_SEED: the first.
set -u
program=${builddir:-.}/relayadm
emit=${builddir:-.}/tests/policy/emit
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export HOME="$dir"
seed=${RELAYADM_SEED:-1}
policies=$((${RELAYADM_DECISIONS:-100000} / 2000))
last=$((seed + policies - 1))
lines=0 wrong=

echo "1..2"
echo "# seeds $seed to $last"
while [ "$seed" -le "$last" ]; do
	"$emit" "$dir" "$seed" 2000 || exit 99
	RELAYADM_DB="$dir/$seed.db"
	export RELAYADM_DB
	if ! "$program" load "$dir/policy.json" >"$dir/out" 2>&1 ||
		! "$program" decide --batch "$dir/questions.tsv" \
			>"$dir/got.tsv" 2>"$dir/out" ||
		! cmp -s "$dir/got.tsv" "$dir/wanted.tsv"; then
		wrong="$wrong $seed"
		sed 's/^/# /' "$dir/out"
		paste "$dir/questions.tsv" "$dir/got.tsv" "$dir/wanted.tsv" |
			awk -F'\t' '$7 $8 $9 != $10 $11 $12 && n++ < 3 {
				print "# " $0 }'
	fi
	lines=$((lines + $(wc -l <"$dir/got.tsv")))
	rm -f "$dir/$seed.db"*
	seed=$((seed + 1))
done
if [ -z "$wrong" ]; then
	echo "ok 1 - $lines decisions agree"
else
	echo "not ok 1 - seeds that disagree:$wrong"
fi
if [ "$lines" -eq $((policies * 2000)) ]; then
	echo "ok 2 - every line has its answer"
else
	echo "not ok 2 - $lines answers"
fi
[ -z "$wrong" ]
