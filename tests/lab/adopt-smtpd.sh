#!/bin/bash
# A gateway that somebody set up by hand is adopted: what its OpenSMTPD lets relay
# becomes virtual servers, and after the first push every question has the answer
# that it had before.  MTA=opensmtpd has 6.8, whose TLS does not work: there
# nobody logs on.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/adopting.sh
. "$srcdir/tests/lab/adopting.sh"
mta=${MTA:-opensmtpd7}
start_gateway "$mta"
net=127.60.$number

"$lab" run gw bash -e <<END >"$work/out" 2>&1
cd /etc
printf '127.20.0.0/16\n127.22.0.1\n# a note\n127.32.1.1\n' >relay-nets
printf '127.40.1.1\n127.41.0.0/16\n' >banned
printf 'b.example\nwide.example\n*.wide.example\n' >own-domains
cat >more.conf <<'MORE'
table partners { partner.example, "*.partner.example" }
table late { 127.33.0.0/24, 127.31.9.9 }
MORE
cat >smtpd.conf <<'CONF'
relays = "<nets>"
pki lab cert "/etc/ssl/certs/ssl-cert-snakeoil.pem"
pki lab key "/etc/ssl/private/ssl-cert-snakeoil.key"
table users file:/etc/lab-users
table nets file:/etc/relay-nets	# who may
table banned "/etc/banned"
table domains file:/etc/own-domains
table everybody { "@" = "relay" }
include "/etc/more.conf"

filter no-banned phase connect match src <banned> disconnect "550 not you"
filter helo-too phase helo match helo regex { "^[0-9]*$" } reject "550 no"
filter both chain { no-banned, helo-too }

listen on $net.1 port 2500 tls pki lab auth-optional <users> filter both
listen on $net.2 port 2501 tag \\
	inner
listen on $net.3 port 2502 tls pki lab auth <users> tag known

action "local" mbox virtual <everybody>
action "outbound" relay
action "partner" relay host smtp://192.0.2.77:2525

match tag inner from src { 127.30.0.0/16 127.31.0.0/16 } for any action "outbound"
match tag inner from any for any reject
match from any for domain <domains> action "local"
match from any for domain <partners> action "partner"
match from any for local action "local"
match from src \$relays for any action "outbound"
match from src <late> for any action "outbound"
match auth from any for any action "outbound"
match from any mail-from "boss@own.example" for any action "outbound"
CONF
pkill -x smtpd || true
END
"$lab" run gw bash -c 'for _ in $(seq 50); do pgrep -x smtpd >/dev/null || break
	sleep 0.1; done; smtpd -n && /etc/mta-start' >>"$work/out" 2>&1
wait_for "$net.3" 2502

[ "$mta" != opensmtpd ] || never_on='.*'
ask_before "$net.1:2500 $net.2:2501 $net.3:2502"
adopt opensmtpd
ok 'what was not understood is named' grep -q 'mail-from is NOT UND' \
	"$work/notes"
ok 'and the filter' grep -q 'the filter helo-too' "$work/notes"
ok 'every answer is what it was' same_answers
ok 'afterwards there is nothing more to adopt' want 1 \
	'but what was pushed from here' gateway adopt gw
# A control: a table that is changed by hand shows in the answers.
"$lab" run gw bash -c 'cd -P /var/lib/relayadm/current/server &&
	grep -rl "^127.20" . | xargs sed -i "s/^127\.20\./127.29./" &&
	for t in $(sed -n "s/^table \"\([^\"]*\)\" \"file:.*/\1/p" ../built/smtpd.conf)
	do smtpctl update table "$t"; done' >>"$work/out" 2>&1
ok 'an answer that differs would be seen' other_answers
echo "1..$count"
