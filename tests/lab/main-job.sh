#!/bin/sh
# The main job on a pseudo-terminal against a real gateway: typed from an empty
# database to the push; then real SMTP sessions get the decision that the core
# names, every one.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
lab=$srcdir/tests/lab/lab
program=$builddir/relayadm
net=127.60.221
work=$(mktemp -d)
RELAYADM_LAB_STATE=$work/lab
export RELAYADM_LAB_STATE
trap '"$lab" stop-all 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

"$lab" start mx1 221 2>"$work/log"
rc=$?
if [ $rc -ne 0 ]; then
	cat "$work/log" >&2
	[ $rc -eq 77 ] && echo "1..0 # SKIP $(tail -n 1 "$work/log")" && exit 0
	exit 1
fi
if [ ! -x "$builddir/tests/tui/play" ]; then
	echo "1..0 # SKIP built without libvterm"
	exit 0
fi
fingerprint=$("$lab" info mx1 | sed -n 's/^fingerprint=//p')
RELAYADM_SSH_KEY=$RELAYADM_LAB_STATE/id_ed25519
RELAYADM_DB=$work/policy.db
export RELAYADM_SSH_KEY RELAYADM_DB
printf '127.30.0.7\n127.30.1.0/24 # plant\n127.31.0.0 255.255.0.0\n127.32.0.10-127.32.0.20\n' \
	>"$work/list.txt"

n=0 bad=0
tell()
{
	n=$((n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' "$work/said" | head -60
		bad=1
	fi
}

# play NAME: types the keys of that file into the console.
play()
{
	{
		echo "env RELAYADM_SSH_KEY=$RELAYADM_SSH_KEY"
		echo run
		sed "s|@NET@|$net|g; s|@LIST@|$work/list.txt|g
			s|@FINGERPRINT@|$fingerprint|g" \
			"$srcdir/tests/lab/$1.keys"
	} >"$work/keys"
	LC_ALL=C.UTF-8 TERM=xterm-256color "$builddir/tests/tui/play" \
		"$program" --database "$RELAYADM_DB" <"$work/keys" >"$work/said" 2>&1
	tell "typed: $1" $?
}

clients='127.0.0.1 127.1.2.3 127.20.0.4 127.20.0.5 127.20.0.6 127.29.255.255
127.30.0.6 127.30.0.7 127.30.0.8 127.30.0.255 127.30.1.0 127.30.1.255
127.30.2.0 127.30.255.255 127.31.0.0 127.31.65.255 127.31.66.0 127.31.66.255
127.31.67.0 127.31.255.255 127.32.0.0 127.32.0.9 127.32.0.10 127.32.0.20
127.32.0.21 127.40.0.1 127.65.255.255 127.66.0.0 127.66.255.255 127.67.0.0'
recipients='a@corp.example a@x.corp.example a@notcorp.example a@CORP.example
a@partner.example a@x.partner.example a@spam.example a@x.spam.example
a@foreign.example postmaster a%foreign.example@corp.example
foreign.example!a@corp.example a%foreign.example@partner.example
"a@foreign.example"@corp.example @corp.example,@b.example:a@foreign.example
@b.example:a@corp.example IMCEASMTP-a+40foreign.example@corp.example
a@[192.0.2.1] a%x@spam.example'

# Every combination, asked of the core and of the server.
compare()
{
	for client in $clients; do
		for local in $net.1:2525 $net.2:2525; do
			for login in 0 1; do
				for recipient in $recipients; do
					printf 'internet\t%s\t-\t%s\t%s\t%s\n' \
						"$client" $login "$local" "$recipient"
				done
			done
		done
	done >"$work/batch"
	"$program" decide --batch "$work/batch" ${1:+--rev "$1"} |
		cut -f1 >"$work/core"
	cut -f2,4,5,6 "$work/batch" | "$builddir/tests/lab/ask" |
		cut -f1,2,4 >"$work/live"
	paste "$work/core" "$work/live" "$work/batch" | awk -F '\t' '
		{ want = $1 ~ /^accept-/ ? "accept" : "refuse" }
		$2 != want ||
		($1 == "refuse-connection") != ($3 == "connect") ||
		$1 == "error" { print; wrong++ }
		END { exit wrong > 0 || NR == 0 }' >"$work/said"
	tell "$(wc -l <"$work/live") live answers as the core says, $2" $?
}

play main-job
compare 1 "after the first push"

# Its own log says no more than what the revision says.
"$program" replay --rev 1 "$work/lab/mx1/disk/upper/var/log/mail.log" \
	>"$work/said" 2>&1 && grep -q 'refused: [1-9]' "$work/said" &&
	! grep -Eq '^(Note|Unknown|Unread|Undated|LOSES [1-9]|GAINS [1-9])' \
		"$work/said"
tell "what it refused, by its log, the revision refuses" $?
"$program" push mx1 >"$work/said" 2>&1
grep -q UNCHANGED "$work/said"
tell "a second push of the revision changes nothing" $?
"$program" status mx1 >"$work/said" 2>&1
grep -q 'IN STEP' "$work/said"
tell "the gateway is in step" $?
play open-relay
compare 3 "after the open relay was refused and undone"
"$program" push mx1 --rev 2 >"$work/said" 2>&1
grep -q 'OPEN RELAY' "$work/said"
tell "the open relay is refused from the command line, too" $?

# A configuration that cannot start: its port is taken on the gateway.
perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 1,
	LocalAddr => $ARGV[0], LocalPort => 2599) or exit 1; sleep 120' $net.1 &
taken=$!
sleep 0.5
"$program" server set internet "listen+=$net.1:2599" >"$work/said" 2>&1
"$program" commit -m "a port that is taken" >>"$work/said" 2>&1
"$program" push mx1 >>"$work/said" 2>&1
rc=$?
kill $taken
grep -Eq 'ROLLED-BACK|FAILED|REFUSED' "$work/said" && [ $rc -eq 5 ]
tell "a push that cannot start is taken back, and says so" $?
compare 3 "after the push that was taken back"

# The line is lost in the middle of a push: entirely the old or entirely the new
# policy is in force, and the database learns which.
"$program" undo >/dev/null
"$program" server set internet relay+=127.40.0.0/16 >/dev/null
"$program" commit -m "while the line is lost" >/dev/null
play hangup
tries=0
while pgrep -f -- "--database $RELAYADM_DB.* push" >/dev/null &&
	[ $tries -lt 60 ]; do
	tries=$((tries + 1))
	sleep 1
done
# Nor is the gateway at work on it any more: it may still be undoing it.
"$lab" run mx1 flock -w 120 /var/lib/relayadm/lock true
"$program" status mx1 >"$work/said" 2>&1
rev=$(sed -n 's/.*revision \([0-9]*\) of.*/\1/p' "$work/said")
[ -n "$rev" ] && ! grep -q PENDING "$work/said"
tell "the gateway says what it has: revision $rev" $?
compare "${rev:-0}" "after the line was lost"
"$program" push mx1 >"$work/said" 2>&1
tell "and the push can be repeated" $?

echo "1..$n"
exit $bad
