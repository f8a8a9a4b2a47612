#!/bin/bash
# The ways to a gateway: by libssh2 or by the system's ssh, directly or through a
# jump host; each with the keys it can do, and refusing the same things.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"

start_gateway
gateway=127.60.$number.1
export XDG_RUNTIME_DIR=$work/run
mkdir "$XDG_RUNTIME_DIR"

# The jump host: an sshd of its own on another address, with other keys, that
# lets nothing happen but forwarding.
for type in ed25519 rsa; do
	ssh-keygen -q -t $type -N '' -f "$disk/root/${type}_host"
done
ssh-keygen -q -t rsa -b 3072 -N '' -C rsa -f "$work/id_rsa"
ssh-keygen -q -t ed25519 -N '' -C other -f "$work/id_other"
cat "$work/id_rsa.pub" >>"$disk/root/.ssh/authorized_keys"

# sshd PORT OPTION...
sshd()
{
	"$lab" run gw /usr/sbin/sshd -p "$1" -o ListenAddress=127.60.$number.2 \
		-o UsePAM=no -o UseDNS=no -o LogLevel=VERBOSE \
		-E "/var/log/sshd.$1" "${@:2}"
}
sshd 2601 -o HostKey=/root/ed25519_host -o ForceCommand=/bin/false
sshd 2602 -o HostKey=/root/rsa_host
sshd 2603 -o HostKey=/root/ed25519_host -o AllowTcpForwarding=no
jump=root@127.60.$number.2:2601
jump_trust=$disk/root/ed25519_host.pub

# policy NAME NET [line...]
policy()
{
	{
		printf '%s\n' 'server internet' "listen $gateway:25" \
			"entry relay $2" 'gateway gw' "set ssh.host $gateway" \
			'set ssh.port 2222' 'set ssh.user root' "${@:3}" \
			'carry internet'
	} >"$work/$1"
}

push()
{
	generation=$((generation + 1))
	timeout 100 "$builddir/tests/lab/pushone" "$work/$1" gw $generation \
		trust="$trust" jumptrust="$jump_trust" "${@:2}" \
		>"$work/out" 2>&1
}

# ends STATUS PATTERN POLICY [option...]
ends()
{
	push "${@:3}"
	[ $? -eq "$1" ] && grep -Eq -e "$2" "$work/out"
}

jumps()
{
	grep -c 'Accepted publickey' "$disk/var/log/sshd.2601" 2>/dev/null
}

octet=1
for by in built-in openssh; do
	policy direct 10.$octet.0.0/16 "set ssh.transport $by"
	policy through 10.$((octet + 1)).0.0/16 "set ssh.transport $by" \
		"set ssh.jump $jump"
	octet=$((octet + 2))
	ok "$by: a push" ends 0 '^OK' direct
	ok "$by: once more changes nothing" ends 0 '^UNCHANGED' direct
	ok "$by: a push as another user, root by sudo" bash -c "
		sed -i 's/ssh.user root/ssh.user relay/; /ssh.user/a set ssh.become sudo' \
			$work/direct
		sed -i 's|entry relay .*|entry relay 172.16.$octet.0/24|' $work/direct"
	ok "$by: and it is in force" ends 0 '^OK' direct
	before=$(jumps)
	ok "$by: a push through a jump host" ends 0 '^OK' through
	ok "$by: it went through it" [ "$(jumps)" -gt "${before:-0}" ]
	ok "$by: status through it" ends 0 'generation' through status
	ok "$by: another key of the gateway" ends 4 'ANOTHER HOST KEY' direct \
		trust="$work/id_other.pub"
	ok "$by: another key of the jump host" ends 4 'UNREACHABLE' through \
		jumptrust="$work/id_other.pub"
	ok "$by: another key of the gateway behind it" ends 4 \
		'ANOTHER HOST KEY' through trust="$work/id_other.pub"
	ok "$by: no key that it takes" ends 4 'refused' direct \
		key="$work/id_other"
	policy stranger 10.9.0.0/16 "set ssh.transport $by" \
		"set ssh.jump root@127.60.$number.2:2603"
	ok "$by: a jump host that does not forward" ends 4 UNREACHABLE stranger
	policy nobody 10.9.0.0/16 "set ssh.transport $by" 'set ssh.port 2699'
	ok "$by: nobody listens" ends 4 'Connection refused' nobody
	ok "$by: what was in force is in force" ends 0 '^UNCHANGED' through
done

# What only the system's ssh can do.
policy rsa 10.20.0.0/16 "set ssh.host 127.60.$number.2" 'set ssh.port 2602'
ok 'built-in: a host that has only an RSA key' ends 4 'RSA' rsa \
	trust="$disk/root/rsa_host.pub"
policy rsa 10.20.0.0/16 "set ssh.host 127.60.$number.2" 'set ssh.port 2602' \
	'set ssh.transport openssh'
ok 'openssh: a host that has only an RSA key' ends 0 '^OK' rsa \
	trust="$disk/root/rsa_host.pub"
policy rsa-user 10.21.0.0/16 'set ssh.transport openssh'
ok 'openssh: an RSA key of ours' ends 0 '^OK' rsa-user key="$work/id_rsa"
ok 'openssh: no ssh here' bash -c "PATH=/nonexistent '$builddir/tests/lab/pushone' \
	'$work/rsa-user' gw 99 trust='$trust' >'$work/out' 2>&1
	[ \$? -eq 4 ] && grep -q 'ssh is not installed' '$work/out'"
ok 'no file with keys stays behind' \
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]

# As an administrator does it: the jump host's key first, then the gateway's.
export RELAYADM_DB=$work/db
r=$builddir/relayadm
"$r" server add internet listen=$gateway:25 >/dev/null
"$r" gateway add gw ssh://root@$gateway:2222 servers=internet ssh.jump=$jump \
	ssh.transport=openssh >/dev/null
"$r" commit -m first >"$work/out" 2>&1
ok 'push says that the jump host is not trusted' bash -c \
	"'$r' push gw >'$work/out' 2>&1; [ \$? -eq 4 ] && grep -q 'jump host' '$work/out'"
"$r" gateway fingerprint gw >"$work/out" 2>&1
ok "fingerprint shows the jump host's key" grep -q "jump host $jump" "$work/out"
ok 'trusting it' "$r" gateway trust gw --fingerprint \
	"$(ssh-keygen -lf "$jump_trust" | cut -d' ' -f2)"
"$r" gateway fingerprint gw >"$work/out" 2>&1
ok "fingerprint shows the gateway's key then" grep -q \
	"$(ssh-keygen -lf "$trust" | cut -d' ' -f2)" "$work/out"
ok 'a wrong fingerprint is not trusted' bash -c \
	"! '$r' gateway trust gw --fingerprint SHA256:x >'$work/out' 2>&1"
ok 'trusting the gateway' "$r" gateway trust gw --fingerprint \
	"$(ssh-keygen -lf "$trust" | cut -d' ' -f2)"
"$r" push gw --force >"$work/out" 2>&1
ok 'push through it' grep -q OK "$work/out"
"$r" gateway forget gw >"$work/out" 2>&1
ok 'forgetting names both' grep -q 'jump host' "$work/out"
echo "1..$count"
