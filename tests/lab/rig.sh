#!/bin/sh
# The policy core against a real Postfix (MTA=exim: Exim, and so on), in many
# policies: random ones are rendered, built and asked 64 questions each by the
# quick ways of the gate (XCLIENT, exim -bh, PROXY protocol), with clients of
# everywhere.  RIG_POLICIES=N FIRST_SEED=N take others; RIG_BATCH=N of them are
# asked of one start of the mail server.  For what cannot be expressed another is
# taken.
srcdir=${srcdir:-.} builddir=${builddir:-.}
lab=$srcdir/tests/lab/lab
first=${FIRST_SEED:-1} policies=${RIG_POLICIES:-40} mta=${MTA:-postfix}
batch=${RIG_BATCH:-10}
# shellcheck source=tests/lab/number.sh
. "$srcdir/tests/lab/number.sh"
name=g$number
work=$(mktemp -d)
RELAYADM_LAB_STATE=$work/lab
export RELAYADM_LAB_STATE
trap '"$lab" stop-all 2>/dev/null; rm -rf "$work"' EXIT

"$lab" start $name $number "$mta" 2>"$work/log"
rc=$?
if [ $rc -ne 0 ]; then
	cat "$work/log" >&2
	[ $rc -eq 77 ] && echo "1..0 # SKIP $(tail -n 1 "$work/log")" && exit 0
	exit 1
fi

mkdir "$work/rig"
# What once was answered otherwise.
cases=0
for seed in ${RIG_CASES:-}; do
	"$builddir/tests/lab/whim" "$seed" $number "$work/rig" "$mta" 1 \
		>/dev/null || exit 1
	cases=$((cases + 1))
done
gaps=$("$builddir/tests/lab/whim" "$first" $number "$work/rig" "$mta" \
	"$policies" "$batch") || exit 1
rm "$work/rig/policy"
batches=$(find "$work/rig" -mindepth 1 -maxdepth 1 -type d | wc -l)
questions=$(cat "$work"/rig/*/questions | wc -l)
# One that must be found: every answer is taken for its opposite.
last=$(find "$work/rig" -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
cp -r "$last" "$work/rig/0000"
awk -F '\t' -v OFS='\t' '{ $6 = $6 == 250 ? 550 : 250 } 1' \
	"$last/questions" >"$work/rig/0000/questions"

cat "$srcdir/assets/gate/relayadm-gate.sh" "$srcdir/assets/gate/gate-postfix.sh" \
	"$srcdir/assets/gate/gate-exim.sh" \
	"$srcdir/assets/gate/gate-opensmtpd.sh" \
	"$srcdir/assets/gate/gate-ask.sh" >"$work/rig/gate"
{
	cat "$work/rig/gate"
	echo "mta=${mta%7}"
	cat "$srcdir/tests/lab/rig-ask.sh"
} >"$work/rig/ask"
tar -C "$work" -c rig | "$lab" run $name tar -C / -x
"$lab" run $name sh /rig/ask </dev/null >"$work/answers" 2>"$work/errors"

wrong=$(grep -vc -e ' same$' -e '^0000 ' "$work/answers")
echo 1..3
[ "$(wc -l <"$work/answers")" -eq $((batches + 1)) ] || printf 'not '
echo "ok 1 - every policy was asked"
grep -q '^0000 .* should be answered' "$work/answers" || printf 'not '
echo "ok 2 - wrong answers would be found"
[ "$wrong" -eq 0 ] || printf 'not '
echo "ok 3 - $mta decides as the core: $((policies + cases)) policies, $questions questions, $wrong differ"
grep -v -e ' same$' -e '^0000 ' "$work/answers" | head -n 10 | sed 's/^/# seed /'
[ "$wrong" -eq 0 ] || echo "# FIRST_SEED=SEED RIG_POLICIES=$batch RIG_BATCH=1 says which of them it is"
[ ! -s "$work/errors" ] || head -n 10 "$work/errors" | sed 's/^/# /'
echo "# $gaps policies besides could not be expressed"
