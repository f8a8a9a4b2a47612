#!/bin/bash
# The least right: what "gateway setup" prints, run on a gateway, lets the console
# push through an account that can do nothing else.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
export RELAYADM_DB=$work/db

start_gateway
address=127.60.$number.1
fingerprint=$(ssh-keygen -lf "$disk/etc/ssh/ssh_host_ed25519_key.pub" |
	cut -d' ' -f2)

# want STATUS PATTERN ARGUMENT...
want()
{
	timeout 100 "$builddir/relayadm" "${@:3}" >"$work/out" 2>&1 </dev/null
	[ $? -eq "$1" ] && grep -Eq -e "$2" "$work/out"
}

# As the account, with the key: what does the gateway do?
ask()
{
	timeout 20 ssh -T -F none -i "$RELAYADM_SSH_KEY" -p 2222 \
		-o IdentitiesOnly=yes -o BatchMode=yes \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile="$work/known" \
		"$@" >"$work/out" 2>&1
}

ok 'a server' want 0 '' server add internet listen=$address:25 \
	relay=10.0.0.0/8
ok 'a gateway' want 0 '' gateway add gw ssh://root@$address:2222 \
	servers=internet
ok 'a revision' want 0 '' commit -m first
ok 'trust' want 0 trusted gateway trust gw --fingerprint "$fingerprint"

ok 'without a key there is nothing to let in' \
	want 6 'no public key' gateway setup gw --key "$work/none.pub"
"$builddir/relayadm" gateway setup gw >"$work/setup.sh"
ok 'the script is a script' sh -n "$work/setup.sh"
command -v shellcheck >/dev/null &&
	ok 'shellcheck has nothing to say' shellcheck -s sh "$work/setup.sh"
ok 'it carries no comment of the key' \
	[ -z "$(grep -F ' lab' "$work/setup.sh" | grep ssh-)" ]

"$lab" run gw mkdir -p /etc/cron.d
for shell in dash bash 'busybox sh'; do
	"$lab" run gw $shell -s <"$work/setup.sh" >"$work/out" 2>&1
	ok "$shell runs it" grep -q '^relayadm setup: done' "$work/out"
done
ok 'not root: it says so' bash -c "! '$lab' run gw \
	su relay -c 'sh -s' <'$work/setup.sh' >'$work/out' 2>&1 &&
	grep -q 'run it as root' '$work/out'"
ok 'the boot is taken care of' grep -q '@reboot root' \
	"$disk/etc/cron.d/relayadm"

ok 'the account as it is printed' want 0 '' gateway set gw \
	ssh.user=relayadm ssh.become=none
ok 'test says what fits' want 0 'mail server +postfix 3' gateway test gw
ok 'and under which account' grep -q 'as relayadm' "$work/out"
ok 'commit' want 0 '' commit -m account
ok 'a push' want 0 'OK' push gw
ok 'status' want 0 'IN STEP' status gw
ok 'a second push' want 0 'UNCHANGED' push gw
ok 'what is in force is asked by it' want 0 'asked, .* 0 disagree' probe gw \
	--inside --rate 100000
ok 'by the system ssh' want 0 '' gateway set gw ssh.transport=openssh
ok 'commit' want 0 '' commit -m transport
ok 'status by it' want 0 'IN STEP|BEHIND' status gw

# Nothing else.
ask relayadm@$address id
ok 'another command is not run' [ -z "$(grep uid= "$work/out")" ]
ask relayadm@$address 'touch /tmp/was-here'
ok 'nor its effect' [ ! -e "$disk/tmp/was-here" ]
printf '8\ntouch /x\n' | ask relayadm@$address gate
ok 'another script is not run' [ ! -e "$disk/x" ]
ask -W 127.0.0.1:22 relayadm@$address
ok 'no forwarding' grep -q 'prohibited' "$work/out"
"$lab" run gw su relayadm -s /bin/sh -c 'sudo -n id; sudo -n /usr/local/lib/relayadm/gate x' \
	>"$work/out" 2>&1
ok 'no other command as root' \
	[ "$(grep -c 'password is required' "$work/out")" -eq 2 ]
ok 'it cannot change how it is let in' bash -c "! '$lab' run gw \
	su relayadm -s /bin/sh -c 'echo x >>~/.ssh/authorized_keys' 2>/dev/null"
ok 'it cannot change what runs as root' bash -c "! '$lab' run gw \
	su relayadm -s /bin/sh -c 'echo x >>/usr/local/lib/relayadm/gate' 2>/dev/null"
echo '# changed' >>"$disk/usr/local/lib/relayadm/gate"
ok 'a changed gate is not run as root' want 5 'right to become root' status gw

# Another version of the program.
sed 's/^want=.*/want=0000/' "$work/setup.sh" >"$work/other.sh"
"$lab" run gw sh -s <"$work/other.sh" >"$work/out" 2>&1
ok 'set up by another version' grep -q 'setup: done' "$work/out"
ok 'it is told what to do' want 5 'another version.*gateway setup' status gw
ok 'also by doctor' want 1 \
	'^FAULT +gateway +gateway gw: .*another version' doctor --gateways
ok 'with what to do' grep -Eq 'fix: run relayadm gateway setup again' "$work/out"

# Over the connection, while it still comes as root.
ok 'back to root' want 0 '' gateway set gw ssh.user=root ssh.transport=built-in
ok 'installing it from here' want 0 'setup: done' gateway setup gw --install
ok 'says what is next' grep -q 'ssh.user=relayadm' "$work/out"
ok 'only the boot line' want 0 'setup: done' gateway setup gw --install \
	--boot-only
ok 'with sudo' want 0 '' gateway set gw ssh.user=relay ssh.become=sudo
ok 'installing by sudo' want 0 'setup: done' gateway setup gw --install
ok 'and the account serves' want 0 '' gateway set gw ssh.user=relayadm \
	ssh.become=none
ok 'test' want 0 'root +ok' gateway test gw
ok 'doctor finds the gateway in order' want 0 \
	'^OK +gateway +gateway gw: .* logs in as relayadm' doctor --gateways
ok 'its SSH server' grep -Eq '^OK +server-ssh +gateway gw' "$work/out"
ok 'its mail server' grep -Eq '^(OK|WARNING) +service +gateway gw: postfix 3' \
	"$work/out"
ok 'its clock' grep -Eq '^OK +clock +gateway gw: within' "$work/out"
ok 'the account cannot set itself up' want 5 'nothing but push' gateway setup gw --install

# The machine goes down in a push; its boot puts everything back.
ok 'another policy' want 0 '' server set internet relay+=172.16.0.0/12
ok 'its revision' want 0 '' commit -m second
before=$("$lab" run gw readlink /var/lib/relayadm/current)
"$builddir/relayadm" push gw --confirm 100 --report >"$work/out" 2>&1 &
push=$!
for _ in $(seq 1 200); do
	grep -q 'restart' "$work/out" && break
	sleep 0.05
done
"$lab" crash gw
wait $push
mkdir -p "$disk/etc/relayadm-boot.d"
{
	echo '#!/bin/sh'
	sed -n 's/^@reboot root //p' "$disk/etc/cron.d/relayadm"
} >"$disk/etc/relayadm-boot.d/cron"
chmod 755 "$disk/etc/relayadm-boot.d/cron"
"$lab" start gw $number 2>"$work/log"
now=$("$lab" run gw readlink /var/lib/relayadm/current)
echo "before $before, now $now" >>"$work/out"
ok 'after the boot it is entirely old or entirely new' bash -c \
	"[ '$now' = '$before' ] || '$lab' run gw test ! -e /var/lib/relayadm/journal"
ok 'and no journal is left' \
	"$lab" run gw test ! -e /var/lib/relayadm/journal
ok 'and the console settles it' want 0 'BEHIND|IN STEP' status gw
echo "1..$count"
