#!/bin/bash
# A gateway that somebody set up by hand is adopted: what its Exim lets relay
# becomes virtual servers, and after the first push every question has the answer
# that it had before.  RELAYADM_LAB_EXIM=split or plain sets it up otherwise.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/adopting.sh
. "$srcdir/tests/lab/adopting.sh"
start_gateway exim
net=127.60.$number

# Debian's own ACLs, with its macros and local files; or ACLs by hand.
by_hand()
{
	cat <<'END'
begin acl

by_port:
  accept
  deny hosts = /etc/exim4/banned

check_rcpt:
  accept hosts = :
  deny message = you again
       hosts = +banned
  accept acl = submission_only
  deny condition = ${if eq{$received_port}{2502}}
  accept domains = +local_domains : +relay_to_domains
         endpass
         verify = recipient
  warn control = no_enforce_sync
  accept hosts = +relay_from_hosts
  accept authenticated = *
  deny message = relay not permitted

submission_only:
  deny !condition = ${if ={2502}{$received_port}{yes}{no}}
  accept authenticated = *
  deny
END
}

"$lab" run gw bash -e <<END >"$work/out" 2>&1
cd /etc/exim4
printf '127.30.0.0/16\n!127.31.9.0/24\n127.31.0.0/16\n# more\n127.32.1.1 # one\n' >relay-hosts
printf '127.33.0.0/24: x\n127.34.1.1:\n"2001:db8::/32": y\n' >relay-ips
printf '127.40.1.1\n127.41.0.0/16\n' >banned
printf 'partner.example: x\n*.wide.example: x\n' >domains
printf 'partner.example\nwide.example\n*.wide.example # all\n' >relay-domains
END
where="<; $net.1.2500 ; $net.2.2501 ; $net.3.2502"
case ${RELAYADM_LAB_EXIM:-} in
plain)
	conf=$disk/etc/exim4/exim4.conf
	{
		cat <<-END
		RELAYNETS = 127.20.0.0/16 ; ! 127.21.7.0/24 ; 127.21.0.0/16
		hostlist banned = /etc/exim4/banned
		hostlist relay_from_hosts = <; RELAYNETS ; 127.22.0.1; ::1/128 ; /etc/exim4/relay-hosts ; net-iplsearch;;/etc/exim4/relay-ips
		domainlist relay_to_domains = partial-lsearch;/etc/exim4/domains : b.example
		acl_smtp_rcpt = check_rcpt
		END
		sed -e "s/^local_interfaces = .*/local_interfaces = $where/" \
			-e '/^acl_smtp_rcpt/d' -e '/^begin acl/,/^begin routers/d' \
			"$conf" | sed '/^dnslookup:/,$d'
		by_hand
		printf '\nbegin routers\n\npartner:\n  driver = manualroute\n'
		printf '  domains = +relay_to_domains\n'
		printf '  route_list = partner.example 192.0.2.77::2525 ; * 192.0.2.78\n  transport = remote_smtp\n\n'
		sed '1,/^begin routers/d' "$conf"
	} >"$work/conf"
	"$lab" run gw tee /etc/exim4/exim4.conf <"$work/conf" >/dev/null
	;;
*)
	"$lab" run gw bash -s <<-END
	cd /etc/exim4
	sed -i -e "s/^dc_local_interfaces=.*/dc_local_interfaces='${where#<; }'/" \
		-e "s|^dc_relay_nets=.*|dc_relay_nets='127.20.0.0/16;!127.21.7.0/24;127.21.0.0/16;/etc/exim4/relay-hosts'|" \
		-e "s|^dc_relay_domains=.*|dc_relay_domains='b.example;/etc/exim4/relay-domains'|" \
		update-exim4.conf.conf
	cp banned local_host_blacklist
	printf 'partner.example: 192.0.2.77\nb.example: 192.0.2.77\nwide.example: 192.0.2.77\n*.wide.example: 192.0.2.77\n' >hubbed_hosts
	echo 127.41.9.9 >host_local_deny_exceptions
	END
	;;
esac
"$lab" run gw bash -c 'update-exim4.conf && /etc/init.d/exim4 restart' \
	>>"$work/out" 2>&1
wait_for $net.3 2502

# Debian's lets those who log on through before it looks whom it bans.
[ -n "${RELAYADM_LAB_EXIM#split}" ] || never_on='127.4[01].*'
ask_before "$net.1:2500 $net.2:2501 $net.3:2502"
adopt exim
ok 'every answer is what it was' same_answers
ok 'afterwards there is nothing more to adopt' want 1 \
	'but what was pushed from here' gateway adopt gw
# A control: a file that is changed by hand shows in the answers.
"$lab" run gw bash -c 'cd -P /var/lib/relayadm/current/server &&
	grep -rl "^127.20" . | xargs sed -i "s/^127\.20\./127.29./"'
ok 'an answer that differs would be seen' other_answers
echo "1..$count"
