#!/bin/bash
# Pushes to a real OpenSMTPD, 6.8 and 7: what goes wrong in a push, where mail
# goes.  tests/lab/live-smtpd.sh asks it what it decides.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
mta=opensmtpd # for pushing.sh
# shellcheck source=tests/lab/pushing.sh
. "$srcdir/tests/lab/pushing.sh"
net=127.60.$number
conf=$disk/etc/smtpd.conf
policy a 127.10.0.0/16
policy b 127.20.0.0/16

# start ROOT: a fresh gateway.
start()
{
	start_gateway "$1"
	generation=0
	cp "$conf" "$work/before"
}

# What an administrator would see without our block.
same_without_ours()
{
	sed -e '/^# relayadm begin/,/^# relayadm end/d' \
		-e 's/^#relayadm-off# //' "$conf" |
		diff "$work/before" - >"$work/out"
}

# replies CLIENT ADDRESS:PORT RECIPIENT PATTERN
replies()
{
	printf '%s\t0\t%s\t%s\n' "$1" "$2" "$3" |
		"$builddir/tests/lab/ask" >"$work/out"
	said "$4"
}

# refuses_routed NAME: what is routed at that name of the gateway's own.
refuses_routed()
{
	local recipient
	for recipient in "u%far.example@$1" "far.example!u@$1" \
		"@far.example:u@$1" "IMCEASMTP-u+40far@$1" "u@$1"; do
		replies 127.10.0.1 $net.1:25 "$recipient" \
			'550 5.7.1 Recipient domain refused' || return 1
	done
}

# Everybody may relay, and "." says reject.
{
	policy dot 127.10.0.0/16
	sed -i '/^entry/d; s/^set authentication.*/set relay.mode all-except/
		/^list /,/^member/d' "$work/dot"
	sed -i 's/^listen.*/&\nroute in.example inbound\nroute . reject/' \
		"$work/dot"
	sed 's/^listen.*/&\nroute lab.example inbound/' "$work/dot" >"$work/own"
}

# --- both versions ------------------------------------------------------------------
for version in 6 7; do
	root=opensmtpd
	[ $version = 6 ] || root=opensmtpd7
	start $root
	ok "$version: first push" ends 0 '^OK ' a
	ok "$version: it is in force" in_force a
	ok "$version: the same again changes nothing" ends 0 '^UNCHANGED ' a
	ok "$version: another policy, by new tables alone" eval \
		'ends 0 "^OK " b && said "restart reload"'
	ok "$version: that is in force" in_force b
	ok "$version: the administrator's file is kept" same_without_ours
	ok "$version: and the listener that is not ours answers as it did" \
		replies 127.20.0.1 $net.1:2500 u@far.example \
		'^refuse	rcpt	550	550 Invalid recipient'
	push b status
	ok "$version: the status" eval 'said "^listener $net.1:25 1" &&
		said "^version opensmtpd $version" && ! said "^drift"'
	ok "$version: the preview names the change" ends 0 \
		'^-127.20.0.0/16' a preview
	push_halfway a confirm=60
	kill -KILL $pid
	wait $pid 2>/dev/null
	ok "$version: unconfirmed tables go back" eval 'settles && in_force b'
	ok "$version: everything but one domain is rejected" ends 0 '^OK ' dot
	ok "$version: at the gateway's own name, too" eval \
		'refuses_routed gw.lab.example && refuses_routed GW.Lab.example'
	ok "$version: but not who is meant without a name" replies 127.10.0.1 \
		$net.1:25 postmaster '^accept'
	push dot status
	ok "$version: which is no drift" eval '! said "^drift"'
	ok "$version: unless a row has that name" ends 0 '^OK ' own
	ok "$version: it is relayed, or taken" eval \
		'replies 127.10.0.1 $net.1:25 u%far.example@gw.lab.example \
			"^accept" &&
		 replies 127.10.0.1 $net.1:25 u@gw.lab.example "^accept"'
	ok "$version: back to a" ends 0 '^OK ' a
	[ $version = 7 ] || "$lab" stop gw
done

# --- the gateway would not begin ----------------------------------------------------
sed 's/^set mta .*/set mta postfix/' "$work/a" >"$work/other"
ok "asked for Postfix" ends 5 \
	'REFUSED there is no postfix .*it has OpenSMTPD: set mta to opensmtpd' \
	other
"$lab" run gw sed -i 's|built/smtpd|built/hand|' /etc/smtpd.conf
ok "our part changed by hand" ends 5 'REFUSED drift: .*smtpd.conf: the part' a
ok "forced over drift" ends 0 '^OK' b force
"$lab" run gw sh -c \
	'echo 8.0.0.0/8 >>/var/lib/relayadm/current/server/internet/relay.table'
push b status
ok "a list changed by hand" said '^drift .*relay.table was changed'
ok "forced over that" ends 0 '^OK' b force
"$lab" run gw sh -c "cp /etc/smtpd.conf /root/ &&
	sed -i '/^pki lab key/a listen on $net.1 port 25' /etc/smtpd.conf"
push b status
ok "a listener of ours is claimed" said \
	"^drift .*listen on $net.1 port 25 claims a listener of relayadm"
ok "is put aside" ends 0 '^OK' b force
ok "and kept" grep -q "^#relayadm-off# listen on $net.1 port 25" "$conf"
"$lab" run gw sh -c 'cp /root/smtpd.conf /etc/ &&
	sed -i "/^# relayadm begin/i match from any for any action outbound" \
	/etc/smtpd.conf'
push b status
ok "a rule before ours" said '^drift .*a rule stands before the part'
"$lab" run gw sh -c 'cp /root/smtpd.conf /etc/ &&
	sed -i s/outbound/smarthost/ /etc/smtpd.conf'
push b status
ok "another way out" said \
	'^drift .*mail for any goes by the action smarthost now; push again'
"$lab" run gw cp /root/smtpd.conf /etc/
{
	cat "$work/b"
	echo 'server other'
	echo "listen $net.2:25"
	echo 'set routing.reroute false'
	echo 'gateway gx'
} | sed 's/^carry internet/&\ncarry other/' >"$work/closed"
ok "a server that relays for nobody" ends 0 '^OK' closed
push closed status
ok "which is no drift" eval '! said "^drift"'
ok "back to b again" ends 0 '^OK' b

# --- before the switch -----------------------------------------------------------------
# with SED-SCRIPT: the administrator's file, changed.
with()
{
	"$lab" run gw sh -c "cp /root/smtpd.conf /etc/ &&
		sed -i '$1' /etc/smtpd.conf"
}
with '1a table relayadm_mine { "x" }'
ok "a table that is named like ours" ends 5 \
	'FAILED settings: table relayadm_mine .*rename it' a
with '/^pki/d; /pki lab/d'
ok "no certificate" ends 5 'FAILED settings: .*has no pki; define one' a
with '1a nonsense yes'
ok "an administrator's broken configuration" ends 5 \
	'FAILED settings: OpenSMTPD does not take its own: .*syntax error' a
# OpenSMTPD refuses that itself; without rules between it would not.
with '/^action "outbound"/d; /^match for local/i action "outbound" relay'
ok "an action that comes too late" ends 5 \
	'FAILED settings: the action outbound must be defined before' a
"$lab" run gw cp /root/smtpd.conf /etc/
# Others have nearly all the ports that the server for trying could take.
perl -MIO::Socket::INET -e 'for (0 .. 899) { next if $_ == 456;
	push @held, IO::Socket::INET->new(Listen => 5, ReuseAddr => 1,
		LocalAddr => "127.0.0.1", LocalPort => 21001 + 10 * $_) }
	$| = 1; print "ready\n"; sleep 100' >"$work/held" &
holder=$!
for _ in $(seq 1 50); do
	[ ! -s "$work/held" ] || break
	sleep 0.1
done
ok "the staged files are asked on ports that are free" ends 0 '^OK' a
kill $holder
wait $holder 2>/dev/null
ok "back to b once more" ends 0 '^OK' b
# A server that decides otherwise: it takes what stands in our tables for denials.
"$lab" run gw sh -c 'mv /usr/sbin/smtpd /usr/sbin/smtpd.real
	cat >/usr/sbin/smtpd
	chmod 755 /usr/sbin/smtpd' <<'END'
#!/bin/sh
[ "$1" != -d ] || sed -i '/^filter.*Unable/s/reject.*/bypass/' \
	/var/lib/relayadm/try/conf
exec smtpd.real "$@"
END
ok "a server that decides otherwise" ends 5 \
	'FAILED behaviour: .* should be answered 550, but is answered 250' a
"$lab" run gw mv /usr/sbin/smtpd.real /usr/sbin/smtpd
"$lab" run gw sh -c 'mv /usr/bin/unshare /root/
	ln -s /bin/false /usr/bin/unshare'
ok "a gateway that cannot ask the staged files" ends 5 \
	'FAILED behaviour: the staged files cannot be asked' a
"$lab" run gw sh -c 'mv /root/unshare /usr/bin/unshare'
ok "nothing was switched" in_force b
{
	sed '/^entry relay/d; /^list x/,/^member/d' "$work/a"
	echo 'list x'
	for i in $(seq 0 2999); do
		echo "member 127.10.$((i / 125)).$((i % 125 * 2 + 1))"
	done
} | sed 's/^listen.*/&\nentry relay list:x/' >"$work/large"
ok "a large list" ends 0 '^OK' large
ok "is looked up" eval 'accepts 127.10.23.249 && ! accepts 127.10.23.250'
ok "back to b" ends 0 '^OK' b
"$lab" run gw sh -c 'usermod -s /bin/sh root
	mv /bin/bash /bin/bash.off; ln -s /bin/busybox /bin/nc'
ok "without bash" ends 0 '^OK' a
ok "and again" ends 0 '^OK' b
"$lab" run gw sh -c 'mv /bin/bash.off /bin/bash; rm /bin/nc'

# --- after the switch ----------------------------------------------------------------------
"$lab" run gw /usr/sbin/sshd -D -p 2555 -o ListenAddress=$net.2 &
taken=$!
sleep 0.5
policy taken 127.20.0.0/16 $net.2:2555
ok "a port that is taken" ends 5 'ROLLED-BACK ' taken
ok "the old policy serves again" in_force b
kill $taken 2>/dev/null
wait $taken 2>/dev/null
push b status
ok "and nothing is left over" eval '! said "^drift" && said "^pending $"'
"$lab" run gw sh -c 'kill $(cat /run/smtpd.pid)'
sleep 1
ok "a stopped OpenSMTPD is started" ends 0 '^OK' a
ok "and serves" in_force a
# The machine's other labs have port 2500.
theirs=$((2700 + number))
"$lab" run gw sed -i "s/port 2500/port $theirs/" /etc/smtpd.conf
policy wide 127.20.0.0/16 0.0.0.0:$theirs
ok "a listener of ours takes the administrator's port" ends 0 '^OK' wide
ok "and answers there" accepts 127.20.0.1 $net.1:$theirs
ok "back to b again" ends 0 '^OK' b
ok "the administrator's answers there again" replies 127.20.0.1 \
	$net.1:$theirs u@far.example 'Invalid recipient'
policy six ::1/128 "[::1]:$((2600 + number))"
ok "IPv6" ends 0 '^OK' six
ok "is told from IPv4" replies ::1 "[::1]:$((2600 + number))" u@far.example \
	'^accept'
ok "back" ends 0 '^OK' b
console_faults
shell_faults
"$lab" run gw ln -sf /bin/dash /bin/sh

user=relay become=sudo policy sudo 127.10.0.0/16
ok "by sudo" ends 0 '^OK' sudo
ok "that is in force" in_force a
ok "back from that" ends 0 '^OK' b

# --- where mail goes -------------------------------------------------------------------------
{
	cat "$work/b"
	echo 'server other'
	echo "listen $net.2:25"
	echo 'route new.example inbound'
	echo "route #hop.example relay $net.3:2525"
	echo 'gateway gx'
} | sed 's/^carry internet/&\ncarry other/' >"$work/inbound"
ok "domains that are delivered here" ends 0 '^OK' inbound
# A message from one of those who may relay, to the end.
mail_to()
{
	"$lab" run gw bash -c 'exec 3<>"/dev/tcp/$1/25"
		while read -r line <&3; do
			case $line in
			220*) echo "EHLO x" >&3 ;;
			"250 HELP"*) echo "MAIL FROM:<relay@new.example>" >&3 ;;
			"250 2.0.0"*Ok*) echo "RCPT TO:<$2>" >&3 ;;
			"250 2.1.5"*) echo DATA >&3 ;;
			354*) printf "Subject: %s\r\n\r\n.\r\n" "$2" >&3 ;;
			"250 2.0.0"*) exit 0 ;;
			[45]*) echo "$line"; exit 1 ;;
			esac
		done' - "$@" >"$work/out" 2>&1
}
goes()
{
	mail_to "$1" "$2"
	sleep 1
	"$lab" run gw sh -c 'grep -h "" /var/spool/smtpd/queue/*/*/* \
		/var/mail/* 2>/dev/null' >"$work/out"
	grep -A 30 -B 30 "$2" "$work/out" | grep -Eq "$3"
}
ok "a new domain is delivered to its users here" \
	goes $net.2 u@a.new.example '^Subject: u@a.new.example'
ok "a next hop" goes $net.2 u@hop.example \
	"^dispatcher: relayadm_hop_$net.3_2525"
ok "its subdomains are none of ours" eval \
	'! goes $net.2 u@sub.hop.example "dispatcher: relayadm"'

# --- a full disk --------------------------------------------------------------------------------
"$lab" stop gw
RELAYADM_LAB_DISK=64m start opensmtpd7
ok "a push to a small disk" ends 0 '^OK' a
"$lab" run gw sh -c 'dd if=/dev/zero of=/var/filler bs=64k 2>/dev/null'
ok "a full disk" ends 5 'FAILED ' b
"$lab" run gw rm -f /var/filler
ok "with room again the old policy serves" in_force a
ok "and the push goes through" ends 0 '^OK' b
ok "in force" in_force b
"$lab" stop gw
echo "1..$count"
