#!/bin/sh
# Past mail decided anew: planted changes are found in logs of each mail server,
# and nothing else is; what a log leaves open is counted as that.
set -u
program=${builddir:-.}/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir" TZ=UTC LC_ALL=C
cd "$dir" || exit 99
n=0 bad=0

# ok WHAT COMMAND...
ok()
{
	what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		cat out errors 2>/dev/null | sed 's/^/# /'
		bad=1
	fi
}

# Before: 10.0.0.0/24 may relay; in the draft all of it but 10.0.0.7, and
# 198.51.100.9 too.  Who submits may relay when it has logged on.
"$program" server add internet listen=10.9.0.1:25 routing.reroute=on \
	'routing.list=here.example inbound' \
	relay.entries+=10.0.0.0/24 relay.authenticated=off >/dev/null &&
	"$program" server add submission listen=10.9.0.1:587 \
		authentication.basic=on >/dev/null &&
	"$program" commit -m one --override unreachable-relay >/dev/null &&
	"$program" server set internet relay.entries-=10.0.0.0/24 \
		relay.entries+=10.0.0.0-10.0.0.6 \
		relay.entries+=10.0.0.8-10.0.0.255 \
		relay.entries+=198.51.100.9 >/dev/null || exit 99

# Each client of the block sends ten messages to one far recipient and one near;
# 198.51.100.9 and .10 are refused.  Only the third word differs.
clients()
{
	awk 'BEGIN {
		for (round = 0; round < 10; round++)
			for (i = 0; i < 256; i++)
				print "10.0.0." i, "far.example",
				    round * 256 + i
		for (i = 0; i < 3; i++) {
			print "198.51.100.9", "refused", i
			print "198.51.100.10", "refused", i
		}
	}'
}

postfix_log()
{
	clients | awk '{
		at = sprintf("Nov 23 %02d:%02d:00 mx1 postfix/",
		    $3 / 60 % 24, $3 % 60)
		smtpd = at "relayadm-internet/smtpd[7]: "
		id = sprintf("%X", 4096 + $3)
		if ($2 == "refused") {
			print smtpd "NOQUEUE: reject: RCPT from unknown[" $1 \
			    "]: 554 5.7.1 <x@far.example>: Relay access " \
			    "denied; from=<a@b.example> to=<x@far.example> " \
			    "proto=ESMTP helo=<h>"
			next
		}
		print smtpd id ": client=unknown[" $1 "]"
		print at "smtp[8]: " id ": to=<x@far.example>, relay=r, " \
		    "status=sent"
		print at "lmtp[8]: " id ": to=<y@here.example>, relay=r, " \
		    "status=sent"
		print at "qmgr[9]: " id ": removed"
	}'
}

exim_log()
{
	clients | awk '{
		at = sprintf("2026-11-23 %02d:%02d:00 ", $3 / 60 % 24, $3 % 60)
		id = sprintf("1tFabc-%06d-1x", $3)
		host = "H=(h) [" $1 "]:99 I=[10.9.0.1]:25 "
		if ($2 == "refused") {
			print at host "F=<a@b.example> rejected RCPT " \
			    "<x@far.example>: no"
			next
		}
		print at id " <= a@b.example " host "P=esmtp S=300"
		print at id " => x@far.example R=dnslookup T=remote_smtp"
		print at id " => y <y@here.example> R=local T=mail"
		print at id " Completed"
	}'
}

smtpd_log()
{
	clients | awk '{
		id = sprintf("2026-11-23T%02d:%02d:00Z mx1 smtpd[7]: " \
		    "%016x smtp ", $3 / 60 % 24, $3 % 60, $3 + 1)
		print id "connected address=" $1 " host=<unknown>"
		if ($2 == "refused")
			print id "failed-command command=\"RCPT " \
			    "TO:<x@far.example>\" result=\"550 no\""
		else {
			print id "envelope evpid=1 from=<a@b> to=<x@far.example>"
			print id "envelope evpid=2 from=<a@b> to=<y@here.example>"
		}
		print id "disconnected reason=quit"
	}'
}

# --- the planted changes, by each mail server's log ----------------------------

cat >wanted <<'EOF'
LOSES 10 of 5,120 accepted recipients
GAINS 3 of 6 refused recipients
LOSES       10  10.0.0.7  internet  last 2026-11-23
                x@far.example: deny-relay by row 10, relay restrictions
GAINS        3  198.51.100.9  internet  last 2026-11-23
                x@far.example: accept-relay by row 10, relay restrictions: 198.51.100.9
EOF

# same LOG ARGUMENT...: the answer, but for the first line and the times.
same()
{
	"$program" replay "$@" >out 2>errors
	[ $? -eq 1 ] && sed '1d; s/ ..:..:.. UTC$//' out | cmp -s - wanted
}

for mta in postfix exim smtpd; do
	${mta}_log >$mta.log
done
ok "Postfix's log" same postfix.log
ok "it says what was read" grep -qxF '10,246 lines, 10,246 of a mail server; recipients accepted: 5,120, refused: 6, deferred: 0' out
ok "Exim's log" same exim.log
ok "OpenSMTPD's log, the server named" same --server internet smtpd.log
ok "standard input" sh -c '
	"$1" replay - <postfix.log | grep -q "^LOSES 10 "' - "$program"

# --- files as they lie about -----------------------------------------------------

gzip -k postfix.log && xz -k postfix.log
ok "gzip" same postfix.log.gz
ok "xz" same postfix.log.xz
head -n 5000 postfix.log >a.log && tail -n +5001 postfix.log >b.log
touch -d '2026-11-22' a.log
ok "rotated logs go on in one another, in whatever order they are named" \
	same b.log a.log
head -c 100 postfix.log.gz >cut.gz
ok "a compressed log that ends too early is refused" sh -c '
	"$1" replay cut.gz >/dev/null 2>errors
	[ $? -eq 6 ] && grep -q "^relayadm: cut.gz: " errors' - "$program"
ok "a log that is missing" sh -c '
	"$1" replay none.log >/dev/null 2>errors
	[ $? -eq 6 ] && grep -q "^relayadm: none.log: No such file" errors' - \
	"$program"
: >empty.log
ok "an empty log changes nothing" sh -c '
	"$1" replay empty.log >out && grep -q "^LOSES 0 " out' - "$program"

# refused_log FILE TEXT
refused_log()
{
	"$program" replay "$1" >out 2>errors
	[ $? -eq 6 ] && [ ! -s out ] && grep -qF "$2" errors
}

# reads FILE TEXT: what is said of it.
reads() { "$program" replay "$1" >out 2>errors; grep -qF "$2" out; }

printf '%s\n' '2026-11-23T10:00:00Z mx1 sshd[7]: Accepted publickey' \
	'192.0.2.1 - - [23/Nov/2026:10:00:00 +0100] "GET / HTTP/1.1" 200' \
	>other.log
ok "another program's log proves nothing, and is refused" refused_log \
	other.log 'other.log: no line is of Postfix, Exim or OpenSMTPD'
ok "nor does a program" refused_log "$program" 'no line is of Postfix'
ok "one such among others is named" sh -c '
	"$1" replay other.log postfix.log >out 2>errors
	grep -q "^LOSES 10 " out && grep -q "other.log: no line of it" errors' \
	- "$program"
sed 's/^Nov/Okt/' postfix.log >german.log
ok "a month of another language: counted, without a date" eval "reads \
	german.log 'Undated  5,126: the date' && grep -q '^LOSES 10 ' out"
sed 's/^Nov 23/23. Nov/' postfix.log >order.log
ok "a date that is none is no date" refused_log order.log \
	'with a date in front'
head -c 100050 postfix.log >early.log
ok "a log that is cut in the middle of a line" eval "reads early.log \
	'Unread   1: lines that end too early' && grep -q '^LOSES ' out"
truncate -s 1G sparse.log
ok "a gigabyte that is no text" refused_log sparse.log 'no line is of'
cat postfix.log sparse.log postfix.log >holed.log
rm sparse.log
ok "in the midst of a log it is one line, unread" eval "reads holed.log \
	'Unread   1: lines'"
rm holed.log

# --- what a log leaves open ---------------------------------------------------------

ok "no server in the log: unknown, not guessed" sh -c '
	"$1" replay smtpd.log >out &&
	grep -q "^Unknown  5,126: the virtual server is not in the log" out &&
	grep -q "^LOSES 0 " out' - "$program"
ok "a server that does not exist" sh -c '
	"$1" replay --server none smtpd.log >/dev/null 2>errors
	[ $? -eq 6 ] && grep -q "there is no server none" errors' - "$program"

"$program" server set internet relay.entries+=domain:corp.example >/dev/null
cat >names.log <<'EOF'
2026-11-23 10:00:00 1tFabc-000001-1x <= a@b H=(h) [192.0.2.1]:9 I=[10.9.0.1]:25 S=1
2026-11-23 10:00:00 1tFabc-000001-1x => x@far.example R=r
2026-11-23 10:00:00 1tFabc-000002-1x <= a@b H=pc.corp.example (h) [192.0.2.1]:9 I=[10.9.0.1]:25 S=1
2026-11-23 10:00:00 1tFabc-000002-1x => x@far.example R=r
2026-11-23 10:00:00 1tFabc-000003-1x <= a@b H=(h) [10.0.0.1]:9 I=[10.9.0.1]:25 S=1
2026-11-23 10:00:00 1tFabc-000003-1x => x@far.example R=r
2026-11-23T10:00:00Z mx1 smtpd[7]: 1 smtp connected address=192.0.2.1 host=pc.corp.example
2026-11-23T10:00:00Z mx1 smtpd[7]: 1 smtp envelope evpid=1 from=<> to=<x@far.example>
EOF
ok "a name that may not be verified, where it matters" sh -c '
	"$1" replay --server internet names.log >out
	grep -q "accepted: 2," out && grep -q \
	    "^Unknown  2: the log does not say whether the client.s name" out' \
	- "$program"

cat >log-on.log <<'EOF'
Nov 23 10:00:00 mx1 postfix/relayadm-submission/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <x@far.example>: Relay access denied; from=<a@b> to=<x@far.example> proto=ESMTP helo=<h>
EOF
"$program" server set submission relay.mode=all-except >/dev/null
ok "who was refused, where logging on would have helped, had not" sh -c '
	"$1" replay log-on.log >out
	grep -q "^GAINS        1  192.0.2.1  submission  last" out' - "$program"
"$program" server set submission relay.mode=only \
	authentication.basic=off authentication.anonymous=on >/dev/null
"$program" commit -m two --override unreachable-relay >/dev/null
"$program" server set submission authentication.basic=on >/dev/null
sed 's/554 5.7.1/450 4.7.1/' log-on.log >later.log
ok "... and unknown where nothing tells" sh -c '
	"$1" replay later.log >out; grep -q \
	    "^Unknown  1: the log does not say whether the client had" out' \
	- "$program"

cat >service.log <<'EOF'
Nov 23 10:00:00 mx1 postfix/submission/smtpd[7]: 1A: client=unknown[10.0.0.7]
Nov 23 10:00:00 mx1 postfix/smtp[7]: 1A: to=<x@far.example>, relay=r
Nov 23 10:00:00 mx1 postfix/smtpd[7]: 1B: client=unknown[10.0.0.7]
Nov 23 10:00:00 mx1 postfix/smtp[7]: 1B: to=<x@far.example>, relay=r
EOF
ok "services named one by one" sh -c '
	"$1" replay --server submission=submission --server internet \
	    service.log >out
	grep -q "1  10.0.0.7  internet" out &&
	grep -q "1  10.0.0.7  submission" out' - "$program"

# One client gains by one row and loses by another; what it loses is shown.
cat >both.log <<'EOF'
2026-11-23 10:00:00 H=pc.other.example (h) [192.0.2.9]:99 I=[10.9.0.1]:25 F=<a@b.example> rejected RCPT <x@new.example>: no
2026-11-23 10:00:00 1tFabc-000007-1x <= a@b H=pc.other.example (h) [192.0.2.9]:9 I=[10.9.0.1]:25 S=1
2026-11-23 10:00:00 1tFabc-000007-1x => x@here.example R=r
EOF
"$program" server set internet 'routing.list=new.example inbound' >/dev/null
ok "who gains and loses is told both" sh -c '
	"$1" replay both.log >out
	grep -A2 "^LOSES        1  192.0.2.9 " out >lines
	grep -q "x@here.example: deny-relay by row 10" lines &&
	grep -q "it gains 1 too" lines' - "$program"
"$program" undo >/dev/null

# A server that listens on the address itself, beside one that does on all.
"$program" server add own listen=10.9.0.1:26 >/dev/null
"$program" server add all listen=0.0.0.0:26 connection.mode=only >/dev/null
cat >listener.log <<'EOF'
2026-11-23 10:00:00 1tFabc-000009-1x <= a@b H=(h) [10.0.0.1]:9 I=[10.9.0.1]:26 S=1
2026-11-23 10:00:00 1tFabc-000009-1x => x@far.example R=r
2026-11-23 10:00:00 1tFabc-000008-1x <= a@b H=(h) [10.0.0.1]:9 I=[10.9.0.2]:26 S=1
2026-11-23 10:00:00 1tFabc-000008-1x => x@far.example R=r
EOF
ok "the listener of the address goes before that of every address" sh -c '
	"$1" replay listener.log >out
	grep -q "1  10.0.0.1  own" out && grep -q "1  10.0.0.1  all" out' - \
	"$program"

# --- what entries are used for --------------------------------------------------------

"$program" server set internet relay.entries+=203.0.113.0/24 >/dev/null
"$program" replay --usage server:internet/relay postfix.log >out
ok "how often each entry decided, and when last" sh -c '
	grep -q "^10.0.0.0-10.0.0.6	70	2026-11-23 ..:..:.. UTC	" out &&
	grep -q "^10.0.0.8-10.0.0.255	2480	2026-11-23 " out &&
	grep -q "^203.0.113.0/24	0	never	" out'
"$program" replay --unused server:internet/relay postfix.log >out
ok "those that nobody needs" sh -c '
	grep -q "^203.0.113.0/24	0	never	" out && ! grep -q ^10.0.0 out'

"$program" report --draft --format csv | tr -d '\r' >report.csv
ok "the report has when somebody in an entry last sent mail" sh -c '
	head -n 1 report.csv | grep -q ",comment,last_mail$" &&
	grep -q ",10.0.0.0-10.0.0.6,.*,2026-11-23 [0-9:]* UTC$" report.csv &&
	grep -q ",203.0.113.0/24,.*,none since 2026-11-23 00:00:00 UTC$" report.csv'
ok "a part of it for people, too" sh -c '"$1" report --draft --format html | grep -q \
	"Last mail"' - "$program"
rm policy.db.mail
ok "without a log nothing is said of that" sh -c '
	! "$1" report --draft --format html | grep -q "Last mail"' - "$program"

# --- which times were read --------------------------------------------------------------

# Of two servers at once a log says nothing of a third; a pause of more than
# three days is not read; mail of nobody knows whom makes the log no witness.
span()
{
	printf '%s 1tFabc-00000%s-1x <= a@b H=(h) [%s]:9%s S=1\n' "$1" "$2" \
		"$3" "$4"
	printf '%s 1tFabc-00000%s-1x => x@far.example R=r\n' "$1" "$2"
}
{ span '2026-10-01 10:00:00' 1 10.0.0.1 ' I=[10.9.0.1]:25'
span '2026-10-02 10:00:00' 2 10.0.0.1 ' I=[10.9.0.1]:25'; } >early.log
{ span '2026-10-04 10:00:00' 3 10.0.0.2 ' I=[10.9.0.1]:25'
span '2026-10-05 10:00:00' 4 10.0.0.2 ' I=[10.9.0.1]:25'; } >next.log
{ span '2026-11-01 10:00:00' 5 10.0.0.3 ' I=[10.9.0.1]:25'
span '2026-11-02 10:00:00' 6 10.0.0.3 ' I=[10.9.0.9]:99'; } >unsure.log
"$program" replay next.log >/dev/null
"$program" replay early.log >/dev/null
"$program" replay unsure.log >/dev/null
ok "which times were read is kept, as one where they meet" sh -c '
	head -n 2 policy.db.mail >out
	printf "relayadm-mail 2\n+ internet 1790848800 1791194400\n" >wanted
	cmp -s out wanted && ! grep -q "^+ .* 17936" policy.db.mail &&
	grep -qx "internet 10.0.0.3 1793527200" policy.db.mail'
# A clock before 1970 tells nothing, and nothing that was known is lost by it.
{ span '1969-12-01 10:00:00' 7 10.0.0.4 ' I=[10.9.0.1]:25'; } >wrong.log
"$program" replay wrong.log >/dev/null
"$program" replay next.log >/dev/null
ok "a time before 1970 is none" sh -c '
	head -n 2 policy.db.mail | cmp -s - wanted &&
	grep -qx "internet 10.0.0.3 1793527200" policy.db.mail'
# A client that the policy cannot judge without its name was there all the same.
"$program" server set internet relay.entries+=domain:corp.example >/dev/null 2>&1
{ echo '2026-10-06T10:00:00+00:00 mx1 postfix/relayadm-internet/smtpd[7]: 1A: client=unknown[10.77.0.1]'
echo '2026-10-06T10:00:00+00:00 mx1 postfix/smtp[8]: 1A: to=<x@far.example>, relay=r, status=sent (250 ok)'; } >open.log
"$program" replay --server internet open.log >out
ok "who cannot be judged has sent mail all the same" \
	grep -qx 'internet 10.77.0.1 1791280800' policy.db.mail

# Of thousands of clients a part is written when there is no more room, or the
# program is ended: what was known stays as it was.
awk 'BEGIN {
	for (i = 0; i < 4000; i++) {
		printf "2026-10-05 10:00:00 1tFabc-%06d-1x <= a@b H=(h) " \
		    "[10.1.%d.%d] I=[10.9.0.1]:25 S=1\n", i, i / 250, i % 250
		printf "2026-10-05 10:00:00 1tFabc-%06d-1x => x@far.example " \
		    "R=r\n", i
	}
}' >many.log
cp policy.db.mail known
ok "without room for all, what was known stays, and it says so" sh -c '
	trap "" XFSZ
	(ulimit -f 64; exec "$1" replay many.log >/dev/null 2>errors)
	grep -q "who sent mail is not kept: .*policy.db.mail: File too" errors &&
	cmp -s known policy.db.mail && ! ls policy.db.mail.* >/dev/null 2>&1' \
	- "$program"
ok "nor is it lost when replay is ended" sh -c '
	(ulimit -f 64; exec "$1" replay many.log >/dev/null 2>&1)
	[ $? -gt 128 ] && cmp -s known policy.db.mail' - "$program"
ok "with room all are known, whatever was left behind" sh -c '
	sh -c ": >policy.db.mail.\$\$; exec \"\$1\" replay many.log" - "$1" \
	    >/dev/null 2>errors
	[ ! -s errors ] &&
	[ "$(grep -c "^internet 10\.1\." policy.db.mail)" -eq 4000 ]' - \
	"$program"

# --- for programs -----------------------------------------------------------------------

ok "JSON" sh -c '
	"$1" replay --json postfix.log >out
	grep -q "\"loses\": 10" out && grep -q "\"client\": \"10.0.0.7\"" out' \
	- "$program"
printf '%s\n' 'Nov 23 10:00:00 mx1 postfix/relayadm-internet/smtpd[7]: 1A: client=unknown[10.0.0.7]' \
	"$(printf 'Nov 23 10:00:00 mx1 postfix/smtp[7]: 1A: to=<x\033[31m@far.example>, relay=r')" \
	>escape.log
ok "escape sequences of a log do not reach a terminal" sh -c '
	script -qec "$1 replay escape.log" /dev/null </dev/null >out
	grep -q "LOSES        1" out && ! grep -q "$(printf "\033\\[31m")" out' - \
	"$program"
echo "1..$n"
exit $bad
