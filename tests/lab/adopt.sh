#!/bin/bash
# A gateway that somebody set up by hand is adopted: what its Postfix lets relay
# becomes virtual servers, and after the first push every question has the answer
# that it had before.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
export RELAYADM_DB=$work/db

start_gateway
net=127.60.$number

"$lab" run gw bash -e <<END >"$work/out" 2>&1
cd /etc/postfix
printf '127.30.0.0/16\tOK\n127.31.9.0/24 REJECT\n127.31.0.0/16 OK\n' >relay.cidr
printf '127.40.1.1 REJECT\n127.41 REJECT\n' >access
printf 'partner.example x\n.sub.example x\n' >domains
printf 'partner.example smtp:[192.0.2.77]:2525\n' >transport
postmap access domains transport
postconf -e 'mynetworks = 127.20.0.0/16, !127.21.7.0/24 127.21.0.0/16' \
	'relay_domains = hash:/etc/postfix/domains, b.example' \
	'transport_maps = hash:/etc/postfix/transport' \
	'smtpd_client_restrictions = check_client_access hash:/etc/postfix/access' \
	'smtpd_relay_restrictions = permit_mynetworks, check_client_access cidr:/etc/postfix/relay.cidr, permit_sasl_authenticated, reject_unauth_destination' \
	'smtpd_sasl_auth_enable = yes' 'smtpd_reject_unlisted_recipient = no'
postconf -M '$net.2:2501/inet=$net.2:2501 inet n - n - - smtpd -o syslog_name=postfix/in -o smtpd_client_restrictions= -o mynetworks=127.50.0.0/16 -o smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination'
postconf -M '$net.3:2502/inet=$net.3:2502 inet n - n - - smtpd -o smtpd_relay_restrictions=permit_sasl_authenticated,reject -o smtpd_client_restrictions= -o content_filter=scan:x'
postconf -M '$net.3:2503/inet=$net.3:2503 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject'
postfix reload
END
sleep 1

for client in 127.20.1.1 127.21.6.1 127.21.7.1 127.21.8.1 127.22.0.1 127.30.2.2 \
	127.31.9.9 127.31.8.1 127.40.1.1 127.40.1.2 127.41.3.3 127.50.1.1 \
	127.60.0.9; do
	for to in a@far.example a@gw.lab.example a@x.gw.lab.example \
		a@partner.example a@x.partner.example a@sub.example \
		a@y.sub.example a@b.example a@notb.example; do
		for auth in 0 1; do
			for at in $net.1:2500 $net.2:2501 $net.3:2502 \
				$net.3:2503; do
				[ "$auth$at" = "1$net.2:2501" ] ||
					printf '%s\t%s\t%s\t%s\n' $client $auth $at $to
			done
		done
	done
done >"$work/questions"
"$builddir/tests/lab/ask" <"$work/questions" | cut -f1 >"$work/before"
ok "$(wc -l <"$work/questions") questions are answered before" \
	[ "$(grep -c 'accept\|refuse' "$work/before")" -eq \
		"$(wc -l <"$work/questions")" ]
ok 'some of them with yes' grep -q accept "$work/before"

want()
{
	timeout 100 "$builddir/relayadm" "${@:3}" >"$work/out" 2>&1 </dev/null
	[ $? -eq "$1" ] && grep -Eq -e "$2" "$work/out"
}
ok 'a gateway' want 0 '' gateway add gw ssh://root@$net.1:2222
ok 'trust' want 0 '' gateway trust gw --fingerprint "$(ssh-keygen -lf \
	"$work/lab/gw/disk/upper/etc/ssh/ssh_host_ed25519_key.pub" | cut -d' ' -f2)"
ok 'a look at it' want 0 'nothing was changed' gateway adopt gw --dry-run
ok 'names what is not taken over' grep -q 'content_filter is not' "$work/out"
ok 'changed nothing' want 0 '"servers": \[\]' dump
ok 'adopted' want 0 'next: relayadm check' gateway adopt gw
ok 'once' want 1 'there is a server' gateway adopt gw
ok 'the next hop came along' want 0 '192.0.2.77:2525' dump
ok 'committed' want 0 '' commit -m adopted --override route-loop
ok 'pushed' want 0 OK push gw
sleep 1
"$builddir/tests/lab/ask" <"$work/questions" | cut -f1 >"$work/after"
paste "$work/before" "$work/after" "$work/questions" | awk '$1 != $2' \
	>"$work/out"
ok 'every answer is what it was' [ ! -s "$work/out" ]
ok 'afterwards there is nothing more to adopt' want 1 \
	'but what was pushed from here' gateway adopt gw
echo "1..$count"
