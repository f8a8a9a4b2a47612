#!/bin/bash
# "probe --inside": the policy's own decisions, asked on the gateway about what is
# in force there.  After a push they agree; what somebody changed by hand is found,
# with the clients whom it concerns; and the gateway is as it was before.
# MTA=exim or opensmtpd7 does it there.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
export RELAYADM_DB=$work/db
mta=${MTA:-postfix}
start_gateway "$mta"
net=127.60.$number
generation=/var/lib/relayadm/current

relayadm() { "$builddir/relayadm" "$@" >"$work/out" 2>&1 </dev/null; }
said() { grep -qE -e "$1" "$work/out"; }
on_gateway() { "$lab" run gw sh -c "$1" >"$work/log" 2>&1; }

# inside STATUS [OPTION...]: only what the gateway itself says.
inside()
{
	local status
	timeout 200 "$builddir/relayadm" probe gw --inside --rate 100000 \
		--near gw.lab.example "${@:2}" >"$work/out" 2>&1 </dev/null
	status=$?
	[ "${2:-}" = --json ] || sed -i \
		'1,/ asked on the gateway itself/{/ asked on the gateway itself/!d}' \
		"$work/out"
	[ $status -eq "$1" ]
}

# verdicts VERDICT...: of the two listeners, in their order.
verdicts()
{
	[ "$(grep -xE '  (AS THE POLICY SAYS|DISAGREES|NOT PROVEN|NO ANSWER)' \
		"$work/out" | sed 's/^  //' | paste -sd,)" = "$1" ]
}

# All of both were asked, 64 at least, and agree.
agrees()
{
	inside 0 && verdicts 'AS THE POLICY SAYS,AS THE POLICY SAYS' &&
		[ "$(awk '/the policy.s own decisions:/ && $5 >= 64 &&
			$5 == $7 && $9 == 0' "$work/out" | wc -l)" -eq 2 ]
}

# Clients with a name are asked where that can be.
names()
{
	case $mta in
	opensmtpd*) [ "$(grep -c '; [1-9][0-9]* were not asked' "$work/out")" -eq 2 ] ;;
	*) inside 0 --all && said '198.51.100.7 .mail.vpn.example. to' ;;
	esac
}

# Everything that the gateway has on its disk but its log and the lock, and what
# still runs of the asking.
digest()
{
	"$lab" run gw sh -c 'cd / && find etc var/lib home root tmp usr \
		-xdev ! -path "*/lock" ! -path "*/holder" \
		! -path "var/lib/postfix/*" -printf "%p %y %m %u %g %s %l\n" |
		sort >/run/names
		find etc var/lib/relayadm -xdev -type f ! -name lock \
			! -name holder | sort | xargs sha256sum >/run/sums
		cat /run/names /run/sums
		ps -eo args | grep "[r]elayadm/asking"'
}

# clients CLIENT...: who disagrees, of either listener.
clients()
{
	sed -n 's/^  DISAGREES \([^ ,]*\).*/\1/p' "$work/out" | sort -u \
		>"$work/clients"
	printf '%s\n' "$@" | sort -u | diff - "$work/clients" >>"$work/out"
}

# --- what somebody changes by hand -----------------------------------------------

# Clients of 10/8 may not relay any more; one beyond it may; one is kept out.
table_postfix()
{
	on_gateway "cd $generation/server/internet && sed -i '/^10\./d' *.cidr"
}

table_exim()
{
	on_gateway "sed -i '/^10\./d' $generation/server/internet/relay.list"
}

table_opensmtpd()
{
	on_gateway "sed -i '/^10\./d' $generation/server/internet/relay.table"
}

# The clients of policy_...: let in, and kept out.
in=11.0.0.0 out=172.16.0.1
[ "${mta%7}" != opensmtpd ] || out=10.255.255.255

policy_exim()
{
	on_gateway "sed -i -e 's/^relayadm_access_1:/&\n  accept hosts = $in/' \
		-e 's/^relayadm_connect_1:/&\n  deny hosts = $out/' \
		$generation/built/acl"
}

# Rules before ours, of which the second needs that a filter lets the client in.
policy_opensmtpd()
{
	on_gateway "sed -i -e '1s/^/table byhand { $in }\n/' \
		-e 's/^# relayadm begin/match from src $out for any reject\nmatch from src <byhand> for any action \"outbound\"\n&/' \
		/etc/smtpd.conf
	sed -i 's/^filter \"relayadm_1\" chain { /filter \"byhand\" phase rcpt-to match src <byhand> bypass\n&\"byhand\", /' \
		$generation/built/smtpd.conf"
}

policy_postfix()
{
	on_gateway "sed -i 's/ smtpd_relay_restrictions = /&check_client_access inline:{$in=OK}, /
		s/ smtpd_recipient_restrictions = /&check_client_access inline:{$in=OK}, /
		s/ smtpd_client_restrictions = /&check_client_access inline:{$out=REJECT}, /' \
		/etc/postfix/master.cf"
}

# --- the gateway before ---------------------------------------------------------------

ok "$mta: a policy" eval "relayadm server add internet \
	listen=$net.1:25,$net.2:25 never=192.0.2.8 \
	relay=10.0.0.0/8,2001:db8::/32,domain:vpn.example routing.list=example.net\ inbound &&
	relayadm gateway add gw ssh://root@$net.1:2222 servers=internet \
		mta=${mta%7} && relayadm commit -m first &&
	relayadm gateway trust gw --fingerprint \
		$(ssh-keygen -lf "$trust" | cut -d' ' -f2)"
ok "$mta: nothing was pushed to it: it is not asked" eval "inside 1 &&
	said 'gw: nothing was pushed to this gateway' &&
	! '$lab' run gw test -e /var/lib/relayadm"
ok "$mta: it is for gateways of ours" eval \
	"! relayadm probe mail.example --inside --yes mail.example &&
	 said 'mail.example is none of the gateways'"

# --- as it was pushed --------------------------------------------------------------------

ok "$mta: a push" relayadm push gw
digest >"$work/before"
ok "$mta: what is in force is the policy" agrees
ok "$mta: clients with a name" names
ok "$mta: every question is printed" eval "inside 0 --all &&
	[ \$(grep -c '^  agrees' '$work/out') -ge 128 ]"
ok "$mta: JSON" eval "inside 0 --json &&
	said '\"vantage\": \"the gateway itself\"' && said '\"asked\": '"
digest >"$work/after"
ok "$mta: nothing is different on the gateway" \
	diff "$work/before" "$work/after"
ok "$mta: by sudo" eval "relayadm gateway set gw ssh.user=relay \
	ssh.become=sudo && relayadm commit -m sudo && agrees"

# Who is at work there is not disturbed.
mkfifo "$work/hold"
"$lab" run gw flock /var/lib/relayadm/lock cat <"$work/hold" >"$work/log" 2>&1 &
exec 6>"$work/hold"
sleep 0.5
ok "$mta: while somebody pushes it is not asked" eval \
	"inside 1 && said 'another push is under way'"
exec 6>&-
wait

on_gateway "echo 'generation 9' >/var/lib/relayadm/journal"
ok "$mta: while a push waits for its confirmation it is not asked" eval \
	"inside 1 && said 'generation 9 waits for its confirmation'"
on_gateway "rm /var/lib/relayadm/journal"

# The console may go away in the middle.
asking() { "$lab" run gw test -e /var/lib/relayadm/asking; }
interrupted()
{
	local pid
	"$builddir/relayadm" probe gw --inside --rate 100000 --seconds 60 \
		>"$work/out" 2>&1 </dev/null &
	pid=$!
	for _ in $(seq 1 2000); do
		! asking || break
		kill -0 $pid 2>/dev/null || return 1
		sleep 0.01
	done
	kill -"$1" $pid
	wait $pid 2>/dev/null
	for _ in $(seq 1 300); do
		asking || break
		sleep 0.1
	done
	digest >"$work/after"
	diff "$work/before" "$work/after" >>"$work/out"
}

digest >"$work/before"
ok "$mta: Ctrl-C in the middle leaves nothing" interrupted INT
ok "$mta: nor does a console that was killed" interrupted KILL
for shell in bash busybox; do
	on_gateway "ln -sf $shell /bin/sh"
	ok "$mta: with $shell as its shell" agrees
done
on_gateway "ln -sf dash /bin/sh"

# --- changed by hand -----------------------------------------------------------------------

"table_${mta%7}"
digest >"$work/before"
ok "$mta: a table of the generation that was edited" eval "inside 1 &&
	verdicts DISAGREES,DISAGREES && clients 10.0.0.0 10.0.0.1 10.255.255.255 &&
	said 'policy: accept-relay by row 10, relay restrictions: 10.0.0.0/8' &&
	said 'likely because .*was changed'"
digest >"$work/after"
ok "$mta: it stays as it was edited" diff "$work/before" "$work/after"
ok "$mta: JSON names the clients" eval "inside 1 --json &&
	said '\"client\": \"10.255.255.255\"' && said '\"differing\": [1-9]'"
ok "$mta: pushed again, it agrees" eval "relayadm push gw --force && agrees"
"policy_${mta%7}"
digest >"$work/before"
ok "$mta: a second policy beside ours" eval "inside 1 &&
	verdicts DISAGREES,DISAGREES && clients $in $out &&
	said 'policy: deny-relay by row 10' && said 'server: 250'"
digest >"$work/after"
ok "$mta: it stays, too" diff "$work/before" "$work/after"
ok "$mta: pushed again, it agrees" eval "relayadm push gw --force && agrees"

# A listener that is none any more: Postfix asks about the others.
case $mta in
postfix)
	on_gateway "sed -i '/^$net.2:25 /s/ smtpd\$/ postscreen/' \
		/etc/postfix/master.cf"
	ok "$mta: a listener that is none any more" eval "inside 1 &&
		verdicts 'AS THE POLICY SAYS,NO ANSWER' &&
		said 'the service $net.2:25 is postscreen'"
	;;
opensmtpd*)
	on_gateway "sed -i '/^listen on $net.2 /d' $generation/built/smtpd.conf"
	ok "$mta: a listener that is none any more" eval "inside 1 &&
		verdicts 'NO ANSWER,NO ANSWER' &&
		said 'smtpd.conf has no listener on $net.2 port 25'"
	;;
exim)
	on_gateway "echo 'host_reject_connection = $out' \
		>>/etc/exim4/exim4.conf.localmacros && update-exim4.conf"
	ok "$mta: a setting of the administrator's beside ours" eval "inside 1 &&
		verdicts DISAGREES,DISAGREES && clients $out &&
		said 'likely because a setting of its own refuses it'"
	on_gateway "sed -i '/^host_reject/d' /etc/exim4/exim4.conf.localmacros &&
		update-exim4.conf"
	ok "$mta: taken back, it agrees" agrees
	on_gateway "echo 'a line that is none' >>$generation/built/acl"
	ok "$mta: what Exim does not take is not asked" eval "inside 1 &&
		verdicts 'NO ANSWER,NO ANSWER' && said 'exim -bV does not work: .*/built/acl'"
	;;
esac
echo "1..$count"
