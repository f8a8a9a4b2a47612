#!/bin/bash
# Pushes to a real Exim: three ways of its configuration, what goes wrong in a
# push, where mail goes.  tests/lab/live-exim.sh asks it what it decides.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
mta=exim # for pushing.sh
# shellcheck source=tests/lab/pushing.sh
. "$srcdir/tests/lab/pushing.sh"
net=127.60.$number
policy a 127.10.0.0/16
policy b 127.20.0.0/16

# start KIND: a fresh gateway, configured that way.
start()
{
	RELAYADM_LAB_EXIM=$1 start_gateway exim
	generation=0
	copy_etc before
}

copy_etc()
{
	rm -rf "${work:?}/$1"
	mkdir "$work/$1"
	"$lab" run gw tar -C /etc/exim4 -c . | tar -C "$work/$1" -x
}

# What an administrator would see without our blocks and our files.
same_without_ours()
{
	copy_etc now
	find "$work/now" -name '[09][19]_relayadm' -delete
	find "$work/now" -type f -exec sed -i \
		-e '/^# relayadm begin/,/^# relayadm end/d' \
		-e 's/^#relayadm-off# //' {} +
	for file in exim4.conf exim4.conf.template conf.d; do
		[ -e "$work/now/$file" ] || continue
		diff -r "$work/before/$file" "$work/now/$file" || return 1
	done >"$work/out"
}

# reply CLIENT ADDRESS:PORT RECIPIENT matches PATTERN
replies()
{
	printf '%s\t0\t%s\t%s\n' "$1" "$2" "$3" |
		"$builddir/tests/lab/ask" >"$work/out"
	said "$4"
}

# --- ways of configuration ----------------------------------------------------------
for kind in split plain template; do
	start $kind
	ok "first push, $kind" ends 0 '^OK ' a
	ok "it is in force" in_force a
	ok "the same again changes nothing" ends 0 '^UNCHANGED ' a
	ok "another policy, by a reload" eval \
		'ends 0 "^OK " b && said "restart reload"'
	ok "that is in force" in_force b
	ok "the administrator's files are kept" same_without_ours
	ok "and the listener that is not ours answers as it did" replies \
		127.20.0.1 $net.1:2500 u@far.example \
		'^refuse	rcpt	550	550 relay not permitted'
	push b status
	ok "the status" eval 'said "^listener $net.1:25 1" &&
		said "^version exim 4" && ! said "^drift"'
	ok "the preview names the change" ends 0 '^-127.20.0.0/16 yes' a preview
	[ $kind = template ] || "$lab" stop gw
done

# --- the gateway would not begin ----------------------------------------------------
cp "$work/a" "$work/other"
sed -i 's/^set mta .*/set mta postfix/' "$work/other"
ok "asked for Postfix" ends 5 \
	'REFUSED there is no postfix .*it has Exim: set mta to exim' other
conf=$disk/etc/exim4/exim4.conf.template
"$lab" run gw sed -i 's|built/acl|built/hand|' /etc/exim4/exim4.conf.template
ok "our part changed by hand" ends 5 'REFUSED drift: .*template: the part' a
ok "forced over drift" ends 0 '^OK' b force
"$lab" run gw sh -c \
	'echo "8.0.0.0/8 yes" >>/var/lib/relayadm/current/server/internet/relay.list'
push b status
ok "a list changed by hand" said '^drift .*relay.list was changed'
ok "forced over that" ends 0 '^OK' b force
"$lab" run gw sh -c 'cd /etc/exim4 && cp -p exim4.conf.template /root/ &&
	sed -i "/^begin acl/i acl_smtp_connect = acl_check_mail" \
	exim4.conf.template && update-exim4.conf' >/dev/null 2>&1
push b status
ok "a setting of ours that is set again" said '^drift '
ok "is put aside" ends 0 '^OK' b force
ok "and kept" grep -q '^#relayadm-off# acl_smtp_connect' "$conf"
"$lab" run gw sh -c 'cp -p /root/exim4.conf.template /etc/exim4/
	update-exim4.conf'

# --- before the switch -----------------------------------------------------------------
# with TEXT: the administrator's file gets that before "begin acl".
with()
{
	"$lab" run gw sh -c "cp -p /root/exim4.conf.template /etc/exim4/ &&
		sed -i '/^begin acl/$1' /etc/exim4/exim4.conf.template"
}
with 'a relayadm_mine:\n  accept\n'
ok "an access control list that is named like ours" ends 5 \
	'FAILED settings: relayadm_mine: is of the administrator.*rename it' a
with 'i tls_on_connect_ports = 25'
ok "TLS from the first byte" ends 5 'FAILED settings: tls_on_connect' a
with 'i nonsense = yes'
ok "an administrator's broken configuration" ends 5 \
	'FAILED (settings|staging).*nonsense' a
with 'i host_reject_connection = 10.0.0.0/8'
ok "settings that change a decision" ends 5 'FAILED behaviour: 10' a
"$lab" run gw sh -c 'cp -p /root/exim4.conf.template /etc/exim4/
	sed "/^lab_plain:/,\$d" /root/exim4.conf.template \
	>/etc/exim4/exim4.conf.template'
ok "nobody could log on" ends 5 'FAILED settings: .*no authenticator' a
"$lab" run gw cp -p /root/exim4.conf.template /etc/exim4/
{
	sed '/^entry relay/d' "$work/a"
	echo 'server internet'
	for i in $(seq 0 2999); do
		echo "entry relay 127.10.$((i / 125)).$((i % 125 * 2 + 1))"
	done
} | awk '/^server internet/ && n++ { on = 1; next }
	on { more = more $0 "\n"; next } { text = text $0 "\n" }
	END { sub(/list x\n/, more "list x\n", text); printf "%s", text }' \
	>"$work/large"
"$lab" run gw sh -c 'mv /usr/sbin/exim_dbmbuild /root/
	ln -s /bin/false /usr/sbin/exim_dbmbuild'
ok "an index that cannot be made" ends 5 'FAILED staging' large
"$lab" run gw sh -c 'mv /root/exim_dbmbuild /usr/sbin/exim_dbmbuild'
ok "nothing was switched" in_force b
ok "a large list" ends 0 '^OK' large
ok "is looked up" in_force a
ok "to its end" eval 'accepts 127.10.23.249 && ! accepts 127.10.23.250'
ok "back to b" ends 0 '^OK' b

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
"$lab" run gw /etc/init.d/exim4 stop >/dev/null 2>&1
ok "a stopped Exim is started" ends 0 '^OK' a
ok "and serves" in_force a
policy wide 127.20.0.0/16 0.0.0.0:2500
ok "a listener of ours takes the administrator's port" ends 0 '^OK' wide
ok "and answers there" accepts 127.20.0.1 $net.1:2500
ok "back to b again" ends 0 '^OK' b
ok "the administrator's answers there again" replies 127.20.0.1 \
	$net.1:2500 u@far.example 'relay not permitted'
policy six ::1/128 "[::1]:$((2600 + number))"
ok "IPv6" ends 0 '^OK' six
ok "is told from IPv4" eval 'replies ::1 "[::1]:$((2600 + number))" \
	u@far.example "^accept"'
ok "back" ends 0 '^OK' b
console_faults
shell_faults
"$lab" run gw ln -sf /bin/dash /bin/sh

# --- where mail goes -------------------------------------------------------------------------
{
	cat "$work/b"
	echo 'server other'
	echo "listen $net.2:25"
	echo 'route gw.lab.example inbound'
	echo 'route new.example inbound'
	echo 'route #hop.example relay 192.0.2.25:2525'
	echo 'route far.example relay 192.0.2.25:2525'
	echo 'route in.far.example inbound'
	echo 'gateway gx'
} | sed 's/^carry internet/&\ncarry other/' >"$work/inbound"
ok "domains that are delivered here" ends 0 '^OK' inbound
goes()
{
	"$lab" run gw exim4 -bt "$1" >"$work/out" 2>&1
	said "$2"
}
ok "a new domain is delivered to its users here" \
	goes relay@a.new.example 'router = local_user'
ok "within a domain that goes elsewhere, too" \
	goes relay@in.far.example 'router = local_user'
ok "the rest of it goes there" goes u@a.far.example 'host 192.0.2.25 '
ok "one of the gateway's own by its own routers" eval \
	'goes relay@gw.lab.example "router = local_user" &&
	! said "new.example"'
ok "a next hop" goes u@hop.example 'host 192.0.2.25 .*\[192.0.2.25\] port=2525'
ok "its subdomains are none of ours" eval \
	'goes u@sub.hop.example . && ! said relayadm_hop'

# --- a full disk --------------------------------------------------------------------------------
"$lab" stop gw
RELAYADM_LAB_DISK=64m start template
ok "a push to a small disk" ends 0 '^OK' a
"$lab" run gw sh -c 'dd if=/dev/zero of=/var/filler bs=64k 2>/dev/null'
ok "a full disk" ends 5 'FAILED ' b
"$lab" run gw rm -f /var/filler
ok "with room again the old policy serves" in_force a
ok "and the push goes through" ends 0 '^OK' b
ok "in force" in_force b
"$lab" stop gw
echo "1..$count"
