#!/bin/sh
# Several gateways side by side: groups, a canary, one that is down, one that is
# changed by hand, two consoles' worth of pushes at once.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
lab=$srcdir/tests/lab/lab
program=$builddir/relayadm
work=$(mktemp -d)
RELAYADM_LAB_STATE=$work/lab
export RELAYADM_LAB_STATE
trap '"$lab" stop-all 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

for n in 1 2 3; do
	"$lab" start mx$n 23$n 2>"$work/log"
	rc=$?
	if [ $rc -ne 0 ]; then
		cat "$work/log" >&2
		[ $rc -eq 77 ] &&
			echo "1..0 # SKIP $(tail -n 1 "$work/log")" && exit 0
		exit 1
	fi
done
RELAYADM_SSH_KEY=$RELAYADM_LAB_STATE/id_ed25519
RELAYADM_DB=$work/policy.db
export RELAYADM_SSH_KEY RELAYADM_DB

n=0 bad=0
tell()
{
	what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' out | head -20
		bad=1
	fi
}
cd "$work" || exit 1
want()
{
	wanted=$1
	shift
	"$program" "$@" >out 2>&1 </dev/null
	got=$?
	tell "exit $wanted: $*" [ $got -eq "$wanted" ]
}
says() { tell "says: $1" grep -Eq -e "$1" out; }

for i in 1 2 3; do
	"$program" server add smtp$i "listen=127.60.23$i.1:2525" \
		relay=127.20.0.0/16,list:shared >/dev/null
	"$program" gateway add mx$i "ssh://root@127.60.23$i.1:2222" \
		"servers=smtp$i" "group=$([ $i -lt 3 ] && echo edge || echo core)" \
		>/dev/null
	"$program" gateway trust mx$i --fingerprint \
		"$("$lab" info mx$i | sed -n 's/^fingerprint=//p')" >/dev/null
done
echo '127.30.0.0/16' | "$program" import - --into list:shared >/dev/null
want 0 commit -m first
want 0 push @edge --report
says '^result.mx1.OK'
says '^result.mx2.OK'
tell "the other group is left alone" [ "$(grep -c mx3 out)" -eq 0 ]
want 0 push --all --canary 1
says '^mx1 +UNCHANGED'
says '^mx3 +OK'
want 0 status
tell "three are in step" [ "$(grep -c 'IN STEP' out)" -eq 3 ]

# Mail is decided on each as its own server says.
for i in 1 2 3; do
	for c in 127.20.1.1 127.30.9.9 127.40.0.1; do
		printf '%s\t0\t127.60.23%s.1:2525\ta@far.example\n' $c $i
	done
done | "$builddir/tests/lab/ask" | cut -f1 | tr '\n' ' ' >out
tell "each decides as its policy says" \
	grep -q 'accept accept refuse accept accept refuse accept accept refuse' out

# One is down: the others get the revision, the answer is no.
"$program" list set shared entries+=127.31.0.0/16 >/dev/null
"$program" commit -m second >/dev/null
"$lab" crash mx2
want 1 push --all
says '^mx1 +OK'
says '^mx2 +UNREACHABLE'
says '^mx3 +OK'
want 4 push mx2
want 1 status
says 'mx2'

# It boots again with what it had, and catches up.
"$lab" start mx2 232
want 0 push --all --pending --dry-run
tell "only it is pending" [ "$(grep -c 'would change' out)" -eq 1 ]
want 6 push mx1 mx2 --dry-run --rev 99
want 0 push --all --pending
says '^mx2 +OK'
tell "what the others have is not pushed again" [ "$(grep -c mx1 out)" -eq 0 ]
want 0 push --all --pending
tell "then nothing is pending" [ ! -s out ]
want 0 push --all
says '^mx1 +UNCHANGED'

# Changed by hand: refused, named by the status, forced.
"$lab" run mx3 sh -c 'cd /var/lib/relayadm/current/server/smtp3 &&
	echo "0.0.0.0/0 OK" >>relay.cidr'
want 1 status mx3
says 'DRIFT'
says 'changed by hand: .*relay.cidr'
says 'server smtp3 at 127.60.233.1:2525'
says 'GAINS relay:.*IPv4'
"$program" list set shared entries+=127.32.0.0/16 >/dev/null
"$program" commit -m third >/dev/null
want 5 push mx3
want 1 push --all --stop-after 1 --jobs 1
want 0 push mx3 --force
want 0 push --all
want 0 status

# Back to an earlier generation: shown first, then pushed with every check.
want 6 rollback nobody
want 0 rollback mx1
says '^\* generation .*revision 3 '
first=$(awk '/revision 1 / { g = $0; sub(/.*generation /, "", g); print g + 0 }' \
	out | tail -n 1)
want 6 rollback mx1 999
want 1 rollback mx1 "$first"
says 'back to revision 1 '
says '127\.31\.0\.0-127'
says 'say --yes'
want 0 status mx1
says 'IN STEP'
want 0 rollback mx1 "$first" --yes
says '^mx1 +OK'
want 0 status mx1
says 'BEHIND'
want 0 push --all --wave 2
says '^mx1 +OK'

# Held: left out of pushes to many, refused by itself, without a commit.
want 0 gateway set mx2 'hold=disk is being replaced'
want 0 push --all
says '^mx2 +HELD +disk is being replaced'
says '^mx1 +UNCHANGED'
want 5 push mx2
want 0 gateway set mx2 hold=
want 0 push mx2

# A wave in which one fails is the last.
"$program" list set shared entries+=127.35.0.0/16 >/dev/null
"$program" commit -m wave >/dev/null
"$lab" crash mx1
want 1 push mx1 mx2 mx3 --wave 1
says '^mx1 +UNREACHABLE'
says '^mx2 +SKIPPED'
"$lab" start mx1 231
want 0 push --all --wave 1 --pending
says '^mx2 +OK'

# Somebody else asks a push to stop: what has begun is finished, no more is begun.
"$program" list set shared entries+=127.36.0.0/16 >/dev/null
"$program" commit -m stopped >/dev/null
SUDO_USER=bob "$program" push --all --jobs 1 >first 2>&1 &
other=$!
i=0
until "$program" push --list | head -n 3 | grep -q '  mx1  *[1-7]/7 ' ||
	[ $i -ge 100 ]; do
	i=$((i + 1))
	sleep 0.1
done
tell "the steps of a push are seen by others" [ $i -lt 100 ]
SUDO_USER=eve "$program" push --stop >out 2>&1
says 'by bob is asked to stop'
wait $other
tell "a push that is stopped says no" [ $? -eq 1 ]
cp first out
says '^mx1 +OK'
says '^mx3 +SKIPPED +stopped by eve'
want 0 push --list
says '^push [0-9]+ of revision [0-9]+ by bob.*ended.*asked to stop by eve'
want 1 push --stop
says 'no push goes on'
want 0 status mx1
says 'IN STEP'
want 0 push --all --pending
says '^mx3 +OK'

# The same push twice at once: one of them wins, nothing is half done.
"$program" list set shared entries+=127.33.0.0/16 >/dev/null
"$program" commit -m fourth >/dev/null
"$program" push mx1 >first 2>&1 &
other=$!
"$program" push mx1 >out 2>&1
wait $other
want 0 push mx1
want 0 status mx1

# A Postfix, an Exim and an OpenSMTPD with the same policy in one push: one answer.
"$lab" start mx4 234 exim || exit 1
"$lab" start mx5 235 opensmtpd7 || exit 1
"$program" server add smtp4 listen=127.60.234.1:2525 \
	relay=127.20.0.0/16,list:shared 'routing=in.example inbound,bad.example reject' \
	never=127.20.9.0/24 >/dev/null
"$program" server set smtp1 never=127.20.9.0/24 \
	'routing=in.example inbound,bad.example reject' >/dev/null
"$program" gateway add mx4 ssh://root@127.60.234.1:2222 servers=smtp4 \
	group=edge mta=exim >/dev/null
"$program" gateway trust mx4 --fingerprint \
	"$("$lab" info mx4 | sed -n 's/^fingerprint=//p')" >/dev/null
"$program" server add smtp5 listen=127.60.235.1:2525 \
	relay=127.20.0.0/16,list:shared 'routing=in.example inbound,bad.example reject' \
	never=127.20.9.0/24 >/dev/null
"$program" gateway add mx5 ssh://root@127.60.235.1:2222 servers=smtp5 \
	group=edge mta=opensmtpd >/dev/null
"$program" gateway trust mx5 --fingerprint \
	"$("$lab" info mx5 | sed -n 's/^fingerprint=//p')" >/dev/null
"$program" commit -m fifth >/dev/null
want 0 push mx1 mx4 mx5
says '^mx1 +OK'
says '^mx4 +OK'
says '^mx5 +OK'
want 0 status mx1 mx4 mx5
says 'IN STEP.*'
for i in 231 234 235; do
	for c in 127.20.1.1 127.20.9.9 127.30.9.9 127.40.0.1; do
		for r in a@far.example a@in.example a@x.in.example \
			a@bad.example a%far@in.example postmaster; do
			printf '%s\t0\t127.60.%s.1:2525\t%s\n' $c $i $r
		done
	done | "$builddir/tests/lab/ask" | cut -f1,2,3 >answers.$i
done
diff answers.231 answers.234 >out
tell "an Exim answers as a Postfix" cmp -s answers.231 answers.234
diff answers.231 answers.235 >out
tell "and an OpenSMTPD" cmp -s answers.231 answers.235
tell "as the policy says" [ "$(grep -c accept answers.234)" -eq 16 ]
"$program" gateway set mx4 mta=postfix >/dev/null
"$program" commit -m "the wrong mail server" >/dev/null
want 5 push mx4
says 'it has Exim: set mta to exim'

echo "1..$n"
exit $bad
