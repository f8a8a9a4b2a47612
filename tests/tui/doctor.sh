#!/bin/sh
# What "relayadm doctor" finds: everything in order, and each fault once it was
# planted.
set -u
top=$(cd "${srcdir:-.}" && pwd)
built=$(cd "${builddir:-.}" && pwd)
program=$built/relayadm
dir=$(mktemp -d) || exit 99
servers=
# shellcheck disable=SC2064,SC2086
trap 'kill $servers ${agent:-} ${console:-} 2>/dev/null; rm -rf "$dir"' EXIT
. "$top/tests/tap.sh"
cd "$dir" || exit 99
mkdir home bin data states || exit 99
cp "$top/tests/tui/ssh_gateway.sh" bin/ssh && chmod +x bin/ssh || exit 99
export HOME="$dir/home" RELAYADM_DB="$dir/data/policy.db" TERM=xterm-256color \
	LC_ALL=C.UTF-8 GATEWAY_STATE="$dir/states"
unset SSH_AUTH_SOCK RELAYADM_SSH_KEY XDG_CONFIG_HOME
PATH=$dir/bin:$PATH
export PATH
r() { "$program" "$@" >out 2>errors </dev/null; }

# found STATUS VERDICT CHECK TEXT: a line of the last look says so.
found()
{
	row=$(printf '%-8s %-11s ' "$2" "$3")
	if [ "$got" -ne "$1" ]; then
		ok "$2 $3: $4" "exit $got, not $1
$(cat out errors)"
	elif grep -F -- "$row" out | grep -qF -- "$4"; then
		ok "$2 $3: $4" ''
	else
		ok "$2 $3: $4" "$(cat out errors)"
	fi
}

look()
{
	"$program" doctor "$@" >out 2>errors </dev/null
	got=$?
}

fix() { check "fix: $1" grep -qF -- "fix: $1" out; }

# --- before there is anything ------------------------------------------------------
look
found 1 WARNING database 'there is none yet'
found 1 FAULT key 'there is none to log in with'
fix 'set RELAYADM_SSH_KEY to a key file'
check 'nothing was made by looking' [ -z "$(find data home -type f)" ]

ssh-keygen -q -t ed25519 -N '' -f key 2>errors || exit 99
ssh-keygen -q -t rsa -b 2048 -N '' -f rsa 2>errors || exit 99
ssh-keygen -q -t ed25519 -N secret -f locked 2>errors || exit 99
export RELAYADM_SSH_KEY="$dir/key"
r server add internet --preset standard listen=127.0.0.1:2525 \
	relay=192.0.2.0/24 relay.authenticated=false
r gateway add mx1 ssh://root@mx1.example servers=internet ssh.transport=openssh
r commit -m 'a message of its own' || exit 99
"$program" gateway trust mx1 --fingerprint "$("$program" gateway fingerprint \
	mx1 | cut -f2)" >out 2>errors || exit 99

# --- everything in order --------------------------------------------------------------
find data home states -type f -exec sha256sum {} + | sort >before
look
find data home states -type f -exec sha256sum {} + | sort >after
check 'looking changes nothing' cmp before after
check 'and asks no gateway' [ -z "$(find states -mindepth 1)" ]
found 0 OK terminal 'xterm-256color, 256 colours'
found 0 OK locale UTF-8
found 0 OK versions 'SQLite 3.'
found 0 OK versions 'libssh2 1.'
found 0 OK versions 'ncurses '
found 0 OK database "$RELAYADM_DB, by \$RELAYADM_DB, on a local disk"
found 0 OK mode 'mode 0600, owner '
found 0 OK space 'MB left'
found 0 OK journal 'write-ahead log'
found 0 OK schema 'the newest'
found 0 OK integrity 'whole'
found 0 OK history '1 revision as committed, chain '
found 0 OK consoles 'nobody else'
found 0 OK logs 'none were read yet'
found 0 OK policy 'the draft has 0 errors'
found 0 OK key "$dir/key, ssh-ed25519, not locked"
found 0 OK agent 'SSH_AUTH_SOCK is not set'
found 0 OK algorithms 'ssh-ed25519'
found 0 OK ssh "$dir/bin/ssh, for 1 gateway"
found 0 OK host-keys 'trusted of 1 of 1 gateways'
check 'the sum comes last' [ "$(sed -n '$s/,.*//p' out)" = '0 faults' ]
ok 'each check stands in relayadm(1)' "$(awk '$1 == "OK" || $1 == "WARNING" {
	print $2 }' out | sort -u | while read -r name; do
	grep -q "^\.It Cm $name\$" "$top/assets/man/relayadm.1" || echo "$name"
done)"
look --json
check 'as JSON' sh -c '[ "$1" -eq 0 ] && grep -q "\"check\": \"terminal\"" out &&
	grep -q "\"verdict\": \"OK\"" out && ! grep -q FAULT out' sh "$got"
look --nonsense
check 'wrong usage' [ "$got" -eq 2 ]
look mx1
check 'no other words' [ "$got" -eq 2 ]
"$program" --readonly doctor >out 2>errors
check 'read only is enough' [ $? -eq 0 ]

if command -v strace >/dev/null && strace -o trace true 2>errors; then
	strace -f -o trace -e trace=connect,sendto,execve "$program" doctor \
		>out 2>errors
	ok 'without --gateways no network is touched' "$(
		grep -E 'AF_INET|sendto' trace; grep -c execve trace |
			grep -vx 1)"
else
	n=$((n + 1))
	echo "ok $n # SKIP strace is not installed"
fi

# --- the terminal ------------------------------------------------------------------------
TERM=no-such-terminal look
found 0 WARNING terminal 'TERM is no-such-terminal, which is not known'
fix 'set TERM to what your terminal is'
TERM=dumb look
found 0 WARNING terminal 'TERM is dumb, on which the console cannot draw'
LC_ALL=C look
found 0 WARNING locale 'frames are drawn in ASCII'
if command -v script >/dev/null; then
	script -qec "stty rows 10 cols 40; '$program' doctor" /dev/null \
		</dev/null 2>&1 | tr -d '\r' >out
	got=0
	found 0 WARNING terminal '40x10: too small'
fi

RELAYADM_SSH_KEY=$(printf 'no\377key') look --json
check 'what is no UTF-8 is told in JSON, too' sh -c '[ "$1" -eq 1 ] &&
	grep -q "no.*xFF.*key: No such file" out' sh "$got"

# --- the database ----------------------------------------------------------------------------
chmod 644 "$RELAYADM_DB"
look
found 0 WARNING mode 'mode 0644'
fix "chmod 0600 $RELAYADM_DB"
chmod 666 "$RELAYADM_DB"
look
found 1 FAULT database 'everybody may write it'
chmod 600 "$RELAYADM_DB"

# byte OFFSET OCTAL...: written over those of the file.
cp "$RELAYADM_DB" sound.db
plant()
{
	printf "$2" | dd of="$RELAYADM_DB" bs=1 seek="$1" conv=notrunc 2>errors
}
mend() { cp sound.db "$RELAYADM_DB"; }
plant 18 '\001\001'
look
found 0 WARNING journal 'not wal'
mend
plant 63 '\003'
look
found 0 WARNING schema 'version 3; this program writes'
mend
plant 63 '\143'
look
found 1 FAULT schema 'version 99, of a newer relayadm'
fix 'upgrade relayadm here'
mend
plant 68 'XXXX'
look
found 1 FAULT integrity 'an SQLite database of another program'
mend
dd if=/dev/zero of="$RELAYADM_DB" bs=4096 seek=3 count=3 conv=notrunc 2>errors
look
found 1 FAULT integrity 'damaged'
fix 'restore a copy'
mend
sed -i 's/a message of its own/a message of her own/' "$RELAYADM_DB"
look
found 1 FAULT history 'revision'
mend
echo nonsense >"$RELAYADM_DB.mail"
look
found 1 FAULT logs 'is not what replay writes'
fix 'remove that file'
rm "$RELAYADM_DB.mail"
head -c 50 sound.db >"$RELAYADM_DB"
look
found 1 FAULT integrity 'not a relayadm database'
mend
if command -v script >/dev/null; then
	(sleep 20) | script -qfec "stty rows 24 cols 80; '$program'" /dev/null \
		>screen 2>errors &
	console=$!
	for _ in $(seq 100); do
		[ -s "$RELAYADM_DB-here" ] && break
		sleep 0.1
	done
	look
	found 0 OK consoles "has it open"
	kill $console
	wait $console 2>/dev/null
	console=
fi

# --- the policy ------------------------------------------------------------------------------
r server set internet relay.mode=all-except
look
found 1 FAULT policy 'the draft has 1 error, '
found 1 FAULT policy 'first: open-relay'
fix 'relayadm check shows each'
r undo

# --- keys --------------------------------------------------------------------------------------
chmod 644 key
look
found 1 FAULT key 'mode 0644: others may read it'
fix "chmod 600 $dir/key"
chmod 600 key
RELAYADM_SSH_KEY=$dir/missing look
found 1 FAULT key "$dir/missing: No such file"
RELAYADM_SSH_KEY=$dir/rsa look
found 0 OK key 'ssh-rsa, not locked; for ssh(1) alone'
RELAYADM_SSH_KEY=$dir/locked look
found 0 OK key 'ssh-ed25519, locked: its passphrase is asked for once'
mv locked.pub kept.pub
RELAYADM_SSH_KEY=$dir/locked look
found 0 OK key 'ssh-ed25519, locked'
r gateway set mx1 ssh.transport=built-in
RELAYADM_SSH_KEY=$dir/rsa look
found 1 FAULT key 'is ssh-rsa, by which libssh2'
fix 'make an ed25519 key'
mv rsa.pub kept.pub
RELAYADM_SSH_KEY=$dir/rsa look
found 1 FAULT key 'is ssh-rsa, by which libssh2'
(unset RELAYADM_SSH_KEY; look
	echo "$got" >status)
got=$(cat status)
found 1 FAULT key 'there is none to log in with'
mkdir "$HOME/.ssh" && cp key "$HOME/.ssh/id_ed25519"
(unset RELAYADM_SSH_KEY; look
	echo "$got" >status)
got=$(cat status)
found 0 OK key "$HOME/.ssh/id_ed25519, ssh-ed25519"
r gateway set mx1 ssh.transport=openssh

SSH_AUTH_SOCK=$dir/nobody look
found 0 WARNING agent "nobody answers at $dir/nobody"
ssh-agent -D -a "$dir/agent" >out 2>&1 &
agent=$!
for _ in $(seq 50); do
	[ -S agent ] && break
	sleep 0.1
done
SSH_AUTH_SOCK=$dir/agent look
found 0 OK agent 'holds 0 keys'
SSH_AUTH_SOCK=$dir/agent ssh-add -q key rsa 2>errors
SSH_AUTH_SOCK=$dir/agent look
found 0 OK agent 'holds 2 keys, 1 that libssh2 can use'
found 0 OK key 'held by the agent'
(unset RELAYADM_SSH_KEY; SSH_AUTH_SOCK=$dir/agent look
	echo "$got" >status)
got=$(cat status)
found 0 OK key '1 of the agent, then '
for i in 1 2 3 4; do
	ssh-keygen -q -t ecdsa -N '' -f "more$i"
	SSH_AUTH_SOCK=$dir/agent ssh-add -q "more$i" 2>errors
done
SSH_AUTH_SOCK=$dir/agent look
found 0 WARNING agent '5 that libssh2 can use'
fix 'only the first 4 are offered'
kill $agent
agent=

# --- gateways -------------------------------------------------------------------------------------
r gateway add mx2 ssh://root@127.0.0.1 servers=internet ssh.transport=openssh
look
found 1 FAULT host-keys 'gateway mx2: no host key is trusted'
fix 'compare what relayadm gateway fingerprint mx2 prints'
found 1 OK host-keys 'trusted of 1 of 2 gateways'
r gateway add mx3
look
found 1 WARNING host-keys 'gateway mx3: no SSH host is set'
r gateway remove mx3
r gateway remove mx2
mkdir empty
PATH=$dir/empty look
found 1 FAULT ssh 'ssh(1) is not installed here, by which 1 gateway is reached'

look --gateways
found 0 OK gateway 'gateway mx1: host key as trusted, logs in as root by openssh'
found 0 OK service 'gateway mx1: postfix 3.7.11 runs, nothing was pushed yet'
found 0 OK clock 'gateway mx1: within 30 seconds of ours'
GATEWAY_SKEW=-200 look --gateways
found 0 WARNING clock 'seconds behind ours'
GATEWAY_SKEW=200 look --gateways
found 0 WARNING clock 'seconds ahead of ours'
GATEWAY_VERSION='exim 4.96' look --gateways
found 1 FAULT service 'gateway mx1: has exim 4.96, not postfix'
fix 'relayadm gateway set mx1 mta=exim'
GATEWAY_STOPPED=1 look --gateways
found 1 FAULT service 'gateway mx1: postfix 3.7.11 does not run'
GATEWAY_VERSION=' ' look --gateways
found 1 FAULT service 'gateway mx1: postfix does not run'
echo 'main.cf differs' >states/mx1.example/drift
look --gateways
found 0 WARNING service 'changed by hand: 1'
fix 'relayadm status mx1 shows which'
rm states/mx1.example/drift
printf '#!/bin/sh\nexit 1\n' >bin/ssh
look --gateways
found 1 FAULT gateway 'gateway mx1: '
look
check 'only with --gateways' [ "$got" -eq 0 ]

# offer KEX HOSTKEY CIPHER MAC: mx1 is a server that offers this, and no more.
offer()
{
	: >port
	"$built/tests/tui/ssh_offer" "$@" >port &
	servers="$servers $!"
	for _ in $(seq 50); do
		[ -s port ] && break
		sleep 0.1
	done
	r gateway set mx1 ssh.host=127.0.0.1 "ssh.port=$(cat port)" \
		ssh.transport=built-in
	look --gateways
}
offer curve25519-sha256 ssh-ed25519,rsa-sha2-512 aes256-ctr,x hmac-sha2-256
found 1 OK server-ssh 'gateway mx1: offers what libssh2'
found 1 FAULT gateway 'gateway mx1: handshake: '
offer curve25519-sha256 rsa-sha2-512,ssh-rsa aes256-ctr hmac-sha2-256
found 1 FAULT server-ssh 'gateway mx1: no host key in common with libssh2'
fix 'give it an ed25519 host key'
offer curve25519-sha256 ecdsa-sha2-nistp256 aes256-ctr hmac-sha2-256
found 1 FAULT server-ssh 'its trusted host key is ssh-ed25519, which it offers no'
offer sntrup761x25519-sha512 ssh-ed25519 aes256-ctr hmac-sha2-256
found 1 FAULT server-ssh 'no key exchange in common'
offer curve25519-sha256 ssh-ed25519 chacha20-poly1305@openssh.com hmac-sha2-256
found 1 FAULT server-ssh 'no cipher in common'
offer curve25519-sha256 ssh-ed25519 aes256-ctr hmac-sha1
found 1 FAULT server-ssh 'no MAC in common'
# shellcheck disable=SC2086
kill $servers
servers=
look --gateways
found 1 FAULT gateway 'gateway mx1: '
check 'who does not answer offers nothing' sh -c '! grep -q server-ssh out'
finish
