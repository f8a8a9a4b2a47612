#!/bin/sh
# Random policies on a real Postfix (MTA=exim: on Exim, and so on): every answer
# of a live session must be the one that the policy core gives.  Prints the seeds;
# FIRST_SEED=N SEEDS=N runs others.  What the mail server cannot express is not
# pushed, and another seed taken in its place.
srcdir=${srcdir:-.} builddir=${builddir:-.}
lab=$srcdir/tests/lab/lab
first=${FIRST_SEED:-1} seeds=${SEEDS:-8} mta=${MTA:-postfix}
# shellcheck source=tests/lab/number.sh
. "$srcdir/tests/lab/number.sh"
name=g$number
work=$(mktemp -d)
RELAYADM_LAB_STATE=$work/lab
export RELAYADM_LAB_STATE
trap '"$lab" stop-all 2>/dev/null; rm -rf "$work"' EXIT

"$lab" start $name $number $mta 2>"$work/log"
rc=$?
if [ $rc -ne 0 ]; then
	cat "$work/log" >&2
	[ $rc -eq 77 ] && echo "1..0 # SKIP $(tail -n 1 "$work/log")" && exit 0
	exit 1
fi
RELAYADM_SSH_KEY=$RELAYADM_LAB_STATE/id_ed25519
export RELAYADM_SSH_KEY
trust=$RELAYADM_LAB_STATE/$name/disk/upper/etc/ssh/ssh_host_ed25519_key.pub
# shellcheck source=tests/lab/names.sh
. "$srcdir/tests/lab/names.sh"
name_clients $name

# Sessions that end after RCPT look like mail that is never delivered.
[ $mta != postfix ] || "$lab" run $name postconf -e 'in_flow_delay = 0s'

echo "1..$seeds"
total=0
gaps=0
i=0
while [ $i -lt "$seeds" ]; do
	seed=$((first + i + gaps))
	i=$((i + 1))
	"$builddir/tests/lab/whim" $seed $number "$work" $mta || exit 1
	"$builddir/tests/lab/pushone" "$work/policy" $name $i \
		trust="$trust" force >"$work/push" 2>&1
	if tail -n 1 "$work/push" | grep -Eq '^error 1 server:.* OpenSMTPD ' &&
		[ $gaps -lt 200 ]; then
		i=$((i - 1))
		gaps=$((gaps + 1))
		continue
	fi
	if ! tail -n 1 "$work/push" | grep -Eq '^(OK|UNCHANGED) '; then
		echo "not ok $i - seed $seed: push: $(tail -n 1 "$work/push")"
		continue
	fi
	"$builddir/tests/lab/ask" <"$work/questions" >"$work/answers"
	cut -f3,4 "$work/answers" | paste "$work/questions" - "$work/want" |
		awk -F '\t' '$5 != $7' >"$work/wrong"
	count=$(wc -l <"$work/answers")
	total=$((total + count))
	if [ "$count" -eq "$(wc -l <"$work/want")" ] &&
		[ ! -s "$work/wrong" ]; then
		echo "ok $i - seed $seed: $count answers as the core says"
	else
		echo "not ok $i - seed $seed: $(wc -l <"$work/wrong") of $count differ"
		head -n 5 "$work/wrong" | sed 's/^/# /'
		[ -z "${KEEP:-}" ] || cp "$work"/[pqw]* "$KEEP/"
	fi
done
echo "# $total live answers; $gaps policies could not be expressed"
