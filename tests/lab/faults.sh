#!/bin/bash
# What goes wrong in a push, on a real gateway: each has its message, and the
# gateway ends with entirely the old or entirely the new policy, and serves.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"

# shellcheck source=tests/lab/pushing.sh
. "$srcdir/tests/lab/pushing.sh"

start_gateway
"$lab" run gw postconf -e 'in_flow_delay = 0s'
policy a 127.10.0.0/16
policy b 127.20.0.0/16
cp "$disk/etc/postfix/main.cf" "$work/main.cf"
cp "$disk/etc/postfix/master.cf" "$work/master.cf"

# --- the plain way ---------------------------------------------------------------
ok "first push" ends 0 '^OK ' a
ok "it is in force" in_force a
ok "the same again changes nothing" ends 0 '^UNCHANGED ' a
ok "another policy" ends 0 '^OK ' b
ok "that is in force" in_force b
ok "the preview names the change" ends 0 '^-127.20.0.0/16 OK' a preview
ok "a preview changes nothing" in_force b
push b status
ok "the status" said "^listener 127.60.$number.1:25 1"
ok "the status knows no drift" eval '! said "^drift"'
ok "the administrator's master.cf is kept" \
	diff <(sed '/^# relayadm begin/,/^# relayadm end/d' \
	"$disk/etc/postfix/master.cf") "$work/master.cf"

# --- no connection ------------------------------------------------------------------
ssh-keygen -q -t ed25519 -N '' -f "$work/other"
ok "another host key" eval 'trust=$work/other.pub ends 4 "ANOTHER HOST KEY.*SHA256:" a'
ok "no trusted host key" eval 'trust=/nonexistent ends 4 "not trusted yet" a'
ok "a key that the gateway refuses" ends 4 'refused .*other for user root' \
	a key="$work/other"
ok "no such key file" ends 4 'key file /nonexistent: No such file' a \
	key=/nonexistent
ssh-keygen -q -t ed25519 -N 'open sesame' -f "$work/locked"
ok "a locked key without passphrase" ends 4 'ssh-add it to an agent' a \
	key="$work/locked"
cat "$work/locked.pub" >>"$disk/root/.ssh/authorized_keys"
ok "a locked key with its passphrase" ends 0 '^UNCHANGED' b \
	key="$work/locked" passphrase='open sesame'
ssh-keygen -q -t ecdsa -N '' -f "$work/ecdsa"
cat "$work/ecdsa.pub" >>"$disk/root/.ssh/authorized_keys"
ok "an ECDSA key" ends 0 '^UNCHANGED' b key="$work/ecdsa"
port=2223 policy down 127.10.0.0/16
ok "nobody listens" ends 4 'UNREACHABLE .*Connection refused' down
user=nobody2 policy nobody 127.10.0.0/16
ok "no such user" ends 4 'refused' nobody

eval "$(ssh-agent)" >/dev/null
ssh-add -q "$work/other" "$work/ecdsa"
ok "a key of the agent" eval \
	'(unset RELAYADM_SSH_KEY; HOME=/nonexistent ends 0 ^UNCHANGED b)'
generation=$((generation + 1)) # that was counted in a shell of its own
echo 'open sesame' >"$work/word"
printf '#!/bin/sh\ncat %s/word\n' "$work" >"$work/askpass"
chmod 755 "$work/askpass"
ok "the agent is asked for a locked key first" eval \
	'DISPLAY=:0 SSH_ASKPASS_REQUIRE=force SSH_ASKPASS=$work/askpass \
		ssh-add -q "$work/locked" </dev/null &&
	ends 0 ^UNCHANGED b key="$work/locked"'
kill "$SSH_AGENT_PID"
unset SSH_AUTH_SOCK SSH_AGENT_PID
ok "no key at all" eval \
	'(unset RELAYADM_SSH_KEY; HOME=/nonexistent ends 4 "no key to log in" b)'

# --- the gateway would not begin -------------------------------------------------------
user=relay become=sudo policy sudo 127.20.0.0/16
ok "by sudo" ends 0 '^UNCHANGED' sudo
user=relay policy plain 127.10.0.0/16
ok "not root" ends 5 'REFUSED not root on the gateway' plain
mv "$disk/etc/sudoers.d/relay" "$work/sudoers"
ok "no right to become root" ends 5 'REFUSED no right to become root' sudo
cp -p "$work/sudoers" "$disk/etc/sudoers.d/relay"
"$lab" run gw mv /usr/sbin/postconf /usr/sbin/postconf.away
ok "no Postfix" ends 5 'REFUSED there is no postconf.*install Postfix' a
"$lab" run gw mv /usr/sbin/postconf.away /usr/sbin/postconf
ok "an old generation" eval \
	'generation=0 ends 5 "REFUSED generation 1 is not newer" a'
ok "not what this database pushed" ends 5 'REFUSED drift: the gateway holds' \
	a expected=0000
"$lab" run gw sed -i 's/postfix.relayadm-internet/hand/' /etc/postfix/master.cf
ok "master.cf changed by hand" ends 5 'REFUSED drift: .*master.cf' b
push b status
ok "the status names it" said '^drift /etc/postfix/master.cf'
"$lab" run gw sh -c 'echo "8.0.0.0/8 OK" >>/var/lib/relayadm/current/server/internet/relay.cidr'
push b status
ok "a table changed by hand" said '^drift .*relay.cidr was changed'
ok "forced over drift" ends 0 '^OK' b force
push b status
ok "then there is none" eval '! said "^drift"'
"$lab" run gw postconf -M \
	"127.60.$number.1:25/inet=127.60.$number.1:25 inet n - n - - smtpd"
push b status
ok "a service added by hand on a listener" said '^drift'
ok "forced over that" ends 0 '^OK' b force

# --- the administrator's own listener ----------------------------------------------
"$lab" run gw postconf -M \
	"127.60.$number.1:2526/inet=127.60.$number.1:2526 inet n - n - - smtpd"
"$lab" run gw postfix reload 2>/dev/null
cp "$disk/etc/postfix/master.cf" "$work/master.cf"
policy wide 127.20.0.0/16 0.0.0.0:2526
ok "a listener of ours takes the port of another service" ends 0 '^OK' wide
ok "which needs a stop and start" said 'step 5/7 restart stop and start'
ok "the other service is put aside" \
	grep -q "^#relayadm-off# 127.60.$number.1:2526" \
	"$disk/etc/postfix/master.cf"
ok "ours answers there" accepts 127.20.0.1 127.60.$number.1:2526
ok "back" ends 0 '^OK' b
ok "the other service is as it was" diff \
	<(sed '/^# relayadm begin/,/^# relayadm end/d' "$work/master.cf") \
	<(sed '/^# relayadm begin/,/^# relayadm end/d' \
	"$disk/etc/postfix/master.cf")
ok "and answers" accepts 127.0.0.1 127.60.$number.1:2526
"$lab" run gw postconf -MX 127.60.$number.1:2526/inet
ok "without it a reload does" eval \
	'ends 0 ^OK a && said "restart reload" && ends 0 ^OK b'

# --- before the switch -------------------------------------------------------------------
"$lab" run gw sh -c 'cp -p /etc/postfix/main.cf /root/; echo "nonsense" >>/etc/postfix/main.cf'
ok "an administrator's broken main.cf" ends 5 '(FAILED|REFUSED) .*main.cf' a
"$lab" run gw cp -p /root/main.cf /etc/postfix/main.cf
# Postfix waits a minute before it starts again what failed.
"$lab" run gw sh -c 'postfix stop; postfix start' 2>/dev/null
ok "with that mended the old policy serves" in_force b
"$lab" run gw sh -c 'echo "smtpd_data_restrictions = nonsense_restriction" >>/etc/postfix/main.cf'
ok "settings that are not ours do not matter" ends 0 '^OK' a
ok "in force" in_force a
"$lab" run gw cp -p /root/main.cf /etc/postfix/main.cf
"$lab" run gw postfix reload 2>/dev/null
"$lab" run gw sh -c 'mv /usr/lib/postfix/sbin/trivial-rewrite /root/
	ln -s /bin/false /usr/lib/postfix/sbin/trivial-rewrite'
ok "a Postfix that does not work" ends 5 'FAILED behaviour' b
"$lab" run gw sh -c 'rm /usr/lib/postfix/sbin/trivial-rewrite
	mv /root/trivial-rewrite /usr/lib/postfix/sbin/'
ok "nothing was switched" in_force a

# --- after the switch ----------------------------------------------------------------------
"$lab" run gw /usr/sbin/sshd -D -p 2555 -o ListenAddress=127.60.$number.2 &
taken=$!
sleep 0.5
policy taken 127.20.0.0/16 127.60.$number.2:2555
ok "a port that is taken" ends 5 'ROLLED-BACK ' taken
ok "the old policy serves again" in_force a
kill $taken 2>/dev/null
wait $taken 2>/dev/null
push b status
ok "and nothing is left over" eval '! said "^drift" && said "^pending $"'
"$lab" run gw postfix stop 2>/dev/null
ok "a stopped Postfix is started" ends 0 '^OK' b
ok "and serves" in_force b

# --- the console goes away -------------------------------------------------------------------
console_faults
shell_faults
"$lab" run gw ln -sf /bin/dash /bin/sh
"$lab" run gw postconf -e 'virtual_mailbox_domains = known.example' \
	'transport_maps = texthash:/etc/postfix/mine' \
	'mydestination = here.example here.hop.example'
"$lab" run gw sh -c 'echo "mine.example discard:" >/etc/postfix/mine'
{
	cat "$work/b"
	echo 'server other'
	echo "listen 127.60.$number.2:25"
	echo 'route known.example inbound'
	echo 'route here.example inbound'
	echo 'route new.example inbound'
	echo 'route hop.example relay mail.hop.example'
	echo 'route here.hop.example inbound'
	echo 'route new.hop.example inbound'
	echo 'gateway gx'
} | sed 's/^carry internet/&\ncarry other/' >"$work/inbound"
ok "domains that are delivered here" ends 0 '^OK' inbound
"$lab" run gw postmap -q new.example \
	"$("$lab" run gw postconf -xh transport_maps | cut -d, -f1)" >"$work/out"
ok "a new domain is delivered" said '^local:'
transport_of()
{
	"$lab" run gw postmap -q "$1" \
		"$("$lab" run gw postconf -xh transport_maps | cut -d, -f1)" \
		>"$work/out"
}
transport_of new.hop.example
ok "within a domain that goes elsewhere, too" said '^local:'
transport_of here.hop.example
ok "what the gateway delivers by its own settings is not sent there" said '^:$'
transport_of .hop.example
ok "the rest of it is" said '^smtp:\[mail.hop.example\]:25$'
"$lab" run gw postmap -q known.example \
	"$("$lab" run gw postconf -xh transport_maps | cut -d, -f1)" >"$work/out"
ok "what the gateway delivers by its own settings is left to it" \
	eval '! said .'
"$lab" run gw postconf -h transport_maps >"$work/out"
ok "the administrator's transport_maps follow" \
	said 'built/transport, texthash:/etc/postfix/mine$'
ok "back to b" ends 0 '^OK' b
"$lab" run gw postconf -h transport_maps >"$work/out"
ok "and stay alone when we have none" said '^texthash:/etc/postfix/mine$'

# --- a full disk --------------------------------------------------------------------------------
"$lab" stop gw
RELAYADM_LAB_DISK=64m "$lab" start gw $number 2>"$work/log"
"$lab" run gw postconf -e 'in_flow_delay = 0s'
generation=0
ok "a push to a small disk" ends 0 '^OK' a
"$lab" run gw sh -c 'dd if=/dev/zero of=/var/filler bs=64k 2>/dev/null'
ok "a full disk" ends 5 'FAILED ' b
"$lab" run gw rm -f /var/filler
ok "with room again the old policy serves" in_force a
ok "and the push goes through" ends 0 '^OK' b
ok "in force" in_force b
"$lab" stop gw
echo "1..$count"
