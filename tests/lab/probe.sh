#!/bin/bash
# "probe" on real servers that are open, half open and closed: a Postfix, an Exim
# and an OpenSMTPD with a listener for each.  nmap's smtp-open-relay is run on the
# same, where it is installed, and what the two find is compared.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
# Of the loopback's one v6 address the port must be ours alone.
six=$((22000 + number)) net=127.60.$number
export RELAYADM_DB=$work/db

# --- the servers -------------------------------------------------------------------
# Port 2501 is open, 2502 closed, 2503 open to the percent form, 2504 after a log-in
# that should fail; 2505 is closed, and open as ::1; 465 is closed and speaks TLS
# first.  All of them know STARTTLS, and no mailbox but root's and user's.

# put FILE: more of it, from standard input.
put() { "$lab" run gw sh -c "cat >>$1"; }

servers_postfix()
{
	local closed=reject_unauth_destination
	"$lab" run gw /bin/bash -e <<-EOF >"$work/log" 2>&1
	echo wrong | saslpasswd2 -p -c -u lab.example relayadm-probe
	echo '/^[^"@%!]+%example\\.com@gw\\.lab\\.example\$/ OK' \
		>/etc/postfix/percent
	postconf -e 'smtpd_tls_security_level = may' \
		'smtpd_tls_cert_file = /etc/ssl/certs/ssl-cert-snakeoil.pem' \
		'smtpd_tls_key_file = /etc/ssl/private/ssl-cert-snakeoil.key' \
		'mynetworks = 192.0.2.1/32' 'in_flow_delay = 0s' 'allow_percent_hack = no' \
		'smtpd_sasl_auth_enable = yes'
	add() {
		postconf -M "\$1/inet=\$1 inet n - n - - smtpd \$2"
		shift 2
	}
	add $net.1:2501 '-o smtpd_relay_restrictions=permit_mynetworks,$closed -o mynetworks=0.0.0.0/0'
	add $net.1:2502 '-o smtpd_relay_restrictions=$closed'
	add $net.1:2503 '-o smtpd_relay_restrictions=check_recipient_access,regexp:/etc/postfix/percent,reject_unlisted_recipient,$closed -o smtpd_reject_unlisted_recipient=no -o allow_untrusted_routing=yes'
	add $net.1:2504 '-o smtpd_relay_restrictions=permit_sasl_authenticated,$closed'
	add $net.1:2505 '-o smtpd_relay_restrictions=$closed'
	add [::1]:$six '-o smtpd_relay_restrictions=permit_mynetworks,$closed -o mynetworks=[::1]/128'
	add $net.1:465 '-o smtpd_relay_restrictions=$closed -o smtpd_tls_wrappermode=yes'
	postfix stop
	postfix start
	EOF
}

servers_exim()
{
	put /etc/exim4/exim4.conf <<-EOF
	primary_hostname = gw.lab.example
	domainlist local_domains = gw.lab.example : @[]
	local_interfaces = <; $net.1.2501 ; $net.1.2502 ; $net.1.2503 ; \
	    $net.1.2504 ; $net.1.2505 ; $net.1.465 ; [::1]:$six
	tls_on_connect_ports = 465
	tls_advertise_hosts = *
	tls_certificate = /etc/exim4/exim.crt
	tls_privatekey = /etc/exim4/exim.key
	acl_smtp_auth = acl_auth
	acl_smtp_rcpt = acl_rcpt
	queue_only = true
	smtp_accept_max = 400
	smtp_accept_max_nonmail = 100
	smtp_max_unknown_commands = 100
	# with the default, 3, it hangs up on nmap, which then says nothing
	smtp_max_synprot_errors = 100
	rfc1413_query_timeout = 0s
	notifier_socket =

	begin acl

	acl_auth:
	  accept set acl_c_tried = yes

	acl_rcpt:
	  accept condition = \${if or{{eq{\$received_port}{2501}}{eq{\$received_port}{$six}}}}
	  accept condition = \${if and{{eq{\$received_port}{2504}}{eq{\$acl_c_tried}{yes}}}}
	  accept condition = \${if eq{\$received_port}{2503}}
	         domains = gw.lab.example
	         local_parts = \N^[^"@%!]+%example\.com\$\N
	  accept local_parts = postmaster
	         domains = +local_domains
	  deny   ! domains = +local_domains
	         message = relay not permitted
	  deny   ! verify = recipient
	  accept

	begin routers

	localuser:
	  driver = accept
	  domains = +local_domains
	  check_local_user
	  transport = local_delivery

	begin transports

	local_delivery:
	  driver = appendfile
	  file = /var/mail/\$local_part_data

	begin retry
	* * F,2h,15m

	begin authenticators
	EOF
	put /etc/exim4/exim4.conf <<-'EOF'
	lab_plain:
	  driver = plaintext
	  public_name = PLAIN
	  server_condition = ${if and{{eq{$auth2}{user@lab.example}}{eq{$auth3}{secret}}}}
	EOF
	"$lab" run gw sh -c '/etc/init.d/exim4 stop
		/etc/mta-start' >"$work/log" 2>&1
}

servers_opensmtpd7()
{
	: >"$disk/etc/smtpd.conf"
	put /etc/smtpd.conf <<-EOF
	pki lab cert "/etc/ssl/certs/ssl-cert-snakeoil.pem"
	pki lab key "/etc/ssl/private/ssl-cert-snakeoil.key"
	table aliases file:/etc/aliases
	table users file:/etc/lab-users
	listen on $net.1 port 2501 tls pki lab auth-optional <users> tag OPEN
	listen on $net.1 port 2502 tls pki lab auth-optional <users> tag CLOSED
	listen on $net.1 port 2503 tls pki lab auth-optional <users> tag PERCENT
	listen on $net.1 port 2504 tls pki lab auth-optional <users> tag TRIED
	listen on $net.1 port 2505 tls pki lab auth-optional <users> tag CLOSED
	listen on $net.1 port 465 smtps pki lab auth-optional <users> tag CLOSED
	listen on ::1 port $six tls pki lab auth-optional <users> tag OPEN
	action "local" mbox alias <aliases>
	action "outbound" relay
	match tag OPEN from any for any action "outbound"
	match tag PERCENT from any for rcpt-to regex "^[^@%!]+%example\\.com@gw\\.lab\\.example\$" action "outbound"
	match tag TRIED from any auth for any action "outbound"
	match from any for domain "gw.lab.example" action "local"
	EOF
	# shellcheck disable=SC2016 # for the gateway
	"$lab" run gw sh -c 'echo "relayadm-probe $(smtpctl encrypt wrong)" \
			>>/etc/lab-users
		echo gw.lab.example >/etc/mailname
		pkill -x smtpd
		while pgrep -x smtpd; do sleep 0.1; done
		/etc/mta-start' >"$work/log" 2>&1
}

# --- asking -------------------------------------------------------------------------

# probe STATUS TARGET OPTION...
probe()
{
	local want=$1 target=$2
	timeout 200 "$builddir/relayadm" probe "$target" --yes "$target" \
		--near gw.lab.example --rate 100000 "${@:3}" \
		>"$work/out" 2>&1 </dev/null
	[ $? -eq "$want" ]
}

# The verdicts are these, in this order.
verdicts()
{
	[ "$(grep -xE '  (OPEN RELAY|CLOSED|NOT PROVEN|NO ANSWER|DISAGREES|AS THE POLICY SAYS)' "$work/out" |
		tr -s ' \n' ' ')" = " $* " ]
}

# Some take away quotation or a route first, some add their domain.
only_percent()
{
	sed -n 's/^  accepted: \(.*\);.*/\1/p' "$work/out" | tr -d ' ' |
		tr ',' '\n' >"$work/forms"
	grep -qx percent "$work/forms" && ! grep -qv percent "$work/forms"
}

said() { grep -qE -e "$1" "$work/out"; }

# --- beside nmap ---------------------------------------------------------------------

run_nmap()
{
	timeout 100 nmap -Pn -n -vv -p "$1" --script +smtp-open-relay \
		--script-args smtp-open-relay.domain=example.com "${@:2}" \
		>"$work/nmap" 2>&1
}

# Its accepted tests, in our words.
found_by_nmap()
{
	sed -n 's/^|[_ ]*\(MAIL FROM.*\) -> /\1 /p' "$work/nmap" |
		sed -e 's/<antispam@gw/<postmaster@gw/' \
			-e 's/antispam\|relaytest/relayadm-probe/g' | sort
}

# What we found of its sixteen.  A server that takes any mailbox of its own is
# asked no more by nmap than by us, but it believes it.
found_by_us()
{
	grep -E '^  (ACCEPTED|UNTOLD  ) [^ ]*, after EHLO' "$work/out" |
		grep -E -e ' plain, .* FROM:<(|postmaster@.*|.*@example.com)> R' \
			-e ' (plain|percent|quoted|two-at|bang)(-literal|-near)?, .* FROM:<[^>]*]> R' \
			-e ' (quoted-percent|route|route-literal), .* FROM:<[^>]*]> R' |
		grep -v ' quoted-near, ' |
		sed 's/.*: MAIL/MAIL/' | sort
}

# same_as_nmap COUNT PORT: at least so many.
same_as_nmap()
{
	run_nmap "$2" $net.1
	grep -q 'smtp-open-relay: Server' "$work/nmap" || return 1
	timeout 200 "$builddir/relayadm" probe $net.1:"$2" --all \
		--yes $net.1:"$2" --near gw.lab.example --rate 100000 \
		>"$work/out" 2>&1 </dev/null
	found_by_nmap >"$work/theirs"
	found_by_us >"$work/ours"
	diff "$work/theirs" "$work/ours" >"$work/out" &&
		[ "$(wc -l <"$work/ours")" -ge "$1" ]
}

# told_apart MTA
told_apart()
{
	local mta=$1
	ok "$mta: open" eval "probe 1 $net.1:2501 && verdicts OPEN RELAY"
	ok "$mta: closed" eval "probe 0 $net.1:2502 && verdicts CLOSED"
	ok "$mta: the closed one was asked all" eval \
		"! said '(broken|unasked|deferred|unsure|untold)' &&
		 said '  350 recipients: 350 refused'"
	ok "$mta: only the percent form" eval "probe 1 $net.1:2503 &&
		verdicts OPEN RELAY && only_percent"
	ok "$mta: only after that log-in" eval "probe 1 $net.1:2504 &&
		verdicts OPEN RELAY && said '^  accepted: plain.*; failed-auth\$'"
	ok "$mta: TLS from the first byte" eval "probe 0 $net.1:465 &&
		verdicts CLOSED"
	ok "$mta: only IPv6: closed by v4" eval "probe 0 $net.1:2505 &&
		verdicts CLOSED"
	ok "$mta: only IPv6: open by v6" eval "probe 1 [::1]:$six &&
		verdicts OPEN RELAY && said '::1.*asked from this host as ::1'"
	ok "$mta: one listener of three" eval "gateway_of_three &&
		verdicts CLOSED OPEN RELAY CLOSED"
	by_names "$mta"
	[ -n "$nmap" ] || return 0
	ok "$mta: open, as nmap has it" same_as_nmap 3 2501
	ok "$mta: closed, as nmap has it" same_as_nmap 0 2502
	ok "$mta: the percent form, as nmap has it" same_as_nmap 0 2503
	ok "$mta: nmap sees nothing of the log-in" same_as_nmap 0 2504
	ok "$mta: open by v6, as nmap has it" eval "run_nmap $six -6 ::1 &&
		grep -q 'is an open relay' '$work/nmap'"
}

# Over SSH from the gateway itself; and by a name that has two addresses, one of
# which nobody answers at.
by_names()
{
	ok "$1: trust" relayadm gateway trust gw --fingerprint \
		"$(ssh-keygen -lf "$trust" | cut -d' ' -f2)"
	timeout 200 "$builddir/relayadm" probe gw --via gw --rate 100000 \
		>"$work/out" 2>&1 </dev/null
	sed -i '1,/ asked from gw/{/ asked from gw/!d}' "$work/out"
	case $1 in
	postfix) ok "$1: via: only its gateway says who we are" eval \
		"said 'asked from gw as 127.0.0.1' &&
		 said 'DISAGREES <relayadm-probe@example.com>' &&
		 verdicts DISAGREES DISAGREES DISAGREES" ;;
	*) ok "$1: via: who may relay there" eval \
		"said 'asked from gw as 127.0.0.1' &&
		 said 'DISAGREES <relayadm-probe@example.com>' &&
		 verdicts DISAGREES DISAGREES DISAGREES" ;;
	esac
	printf '%s.1 two.example\n127.60.250.250 two.example\n' $net \
		>"$work/hosts"
	ok "$1: an address that does not answer proves nothing" \
		unshare --mount sh -c "mount --bind '$work/hosts' /etc/hosts
		'$builddir/relayadm' probe two.example:2502 --rate 100000 \
			--near gw.lab.example --yes two.example:2502 \
			>'$work/out' 2>&1 </dev/null; [ \$? -eq 4 ] &&
		grep -q '^  CLOSED' '$work/out' &&
		grep -q '^  NO ANSWER' '$work/out'"
}

# A gateway of ours, whose policy is closed.
gateway_of_three()
{
	local status
	timeout 200 "$builddir/relayadm" probe gw --rate 100000 \
		>"$work/out" 2>&1 </dev/null
	status=$?
	[ $status -eq 1 ]
}

relayadm() { "$builddir/relayadm" "$@" >"$work/out" 2>&1 </dev/null; }

ok "a policy of three closed listeners" eval "relayadm server add internet \
	listen=$net.1:2502,$net.1:2501,$net.1:2505 \
	'routing.list=gw.lab.example inbound' &&
	relayadm gateway add gw ssh://root@$net.1:2222 servers=internet &&
	relayadm commit -m first"
nmap=$(command -v nmap)
[ -n "$nmap" ] || echo "# nmap is not installed: nothing is compared with it"
for mta in postfix exim opensmtpd7; do
	start_gateway $mta
	"servers_$mta"
	told_apart $mta
	"$lab" stop gw
done
echo "1..$count"
