#!/bin/bash
# Keys locked by a passphrase, with a real sshd: it is asked for once, at the
# terminal or in the console, and stands nowhere but in memory.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/adopting.sh
. "$srcdir/tests/lab/adopting.sh"
program=$(cd "$builddir" && pwd)/relayadm
play=$builddir/tests/tui/play
if [ ! -x "$play" ]; then
	echo "1..0 # SKIP built without libvterm"
	exit 0
fi
start_gateway postfix
export HOME=$work/home LC_ALL=C.UTF-8 TERM=xterm-256color
mkdir "$HOME"
secret='Sesam0 blau&gruen'
for type in ed25519 ecdsa; do
	ssh-keygen -q -t $type -N "$secret" -f "$work/$type"
	cat "$work/$type.pub" >>"$disk/root/.ssh/authorized_keys"
done
ssh-keygen -q -t ecdsa -m PEM -N "$secret" -f "$work/pem"
cat "$work/pem.pub" >>"$disk/root/.ssh/authorized_keys"
export RELAYADM_SSH_KEY=$work/ed25519
at=root@127.60.$number.1:2222
fingerprint=$(ssh-keygen -lf "$trust" | cut -d' ' -f2)
ok 'a server' want 0 '' server add in "listen=127.60.$number.2:2501"
for name in gw gw2 gw3; do
	ok "gateway $name" want 0 '' gateway add $name "ssh://$at" \
		mta=postfix servers=in
	ok "trust $name" want 0 '' gateway trust $name \
		--fingerprint "$fingerprint"
done
ok 'a revision' want 0 '' commit -m first

# typed WHAT PROGRAM...: plays standard input, after the environment, to it.
typed()
{
	{
		echo "env RELAYADM_SSH_KEY=$RELAYADM_SSH_KEY"
		cat
	} >"$work/keys"
	"$play" "${@:2}" <"$work/keys" >"$work/out" 2>&1
	ok "$1" [ $? -eq 0 ]
}

# status WHAT GATEWAY...: by a shell that looks at the terminal before and after.
status()
{
	typed "$1" sh -c "stty -a >$work/before
		$program status ${*:2}; got=\$?; stty -a >$work/after
		echo ended \$got; cat"
}

same_modes()
{
	diff "$work/before" "$work/after" >"$work/out"
}

# --- without a terminal --------------------------------------------------------
quietly()
{
	setsid "$program" status gw >"$work/out" 2>&1 </dev/null
	[ $? -eq 4 ] && grep -q 'is locked by a passphrase (then ssh-add it' \
		"$work/out"
}
ok 'without a terminal it is told, as before' quietly
by_file()
{
	setsid "$program" --passphrase-fd 5 status gw gw2 gw3 >"$work/out" 2>&1 \
		</dev/null 5<"$work/words"
	[ $? -eq "$1" ] && [ "$(grep -c "$2" "$work/out")" -eq "$3" ]
}
printf '%s\nwrong\n' "$secret" >"$work/words"
ok 'a line of a file, for all of them' by_file 1 'NOT MANAGED' 3
printf 'wrong\n%s\n' "$secret" >"$work/words"
ok 'the second line, after a wrong one' by_file 1 'NOT MANAGED' 3
printf 'a\nb\nc\n%s\n' "$secret" >"$work/words"
ok 'not after three' by_file 1 'passphrase of the key .* was wrong' 3
: >"$work/words"
ok 'nor from an empty one' by_file 1 'is locked by a passphrase' 3
ok 'it must be open' want 2 'passphrase-fd 77: Bad file' --passphrase-fd 77 \
	status gw
ok 'and a number' want 2 'a number of an open file' --passphrase-fd x status gw

# --- at the terminal -----------------------------------------------------------
for key in ed25519 ecdsa pem; do
	RELAYADM_SSH_KEY=$work/$key
	status "$key: asked once for three gateways" gw gw2 gw3 <<-END
	run
	wait passphrase of the key $work/$key:
	type Sesam0\sblau&gruen\r
	wait gw3                  NOT MANAGED
	wait ended 1
	lacks Sesam
	lacks wrong
	END
	ok "$key: the terminal is as before" same_modes
done
RELAYADM_SSH_KEY=$work/ed25519
status 'wrong, then right' gw <<-'END'
run
wait passphrase of the key
type nothing\slike\sit\r
wait that was wrong (1 of 3); passphrase
type Sesam0\sblau&gruen\r
wait NOT MANAGED
END
status 'wrong three times' gw gw2 <<-'END'
run
wait passphrase of the key
type a\r
wait that was wrong (1 of 3); passphrase
type b\r
wait that was wrong (2 of 3); passphrase
type c\r
wait ended 1
wait was wrong
lacks NOT MANAGED
END
status 'an empty line leaves it locked' gw <<-'END'
run
wait passphrase of the key
type \r
wait ended 4
wait is locked by a passphrase
END
typed 'Ctrl-C ends it' sh -c "stty -a >$work/before
	trap : INT; $program status gw; got=\$?; stty -a >$work/after
	echo ended \$got; cat" <<-'END'
run
wait passphrase of the key
type ses\x03
wait not asked: stopped
wait ended 4
END
ok 'with the echo back' same_modes
typed 'Ctrl-Z stops it, and fg asks again' dash -i <<-END
env ENV=
run
type stty\s-a\s>$work/before\r
type $program\sstatus\sgw\r
wait passphrase of the key
type ses\x1a
wait Stopped
type stty\s-a\s>$work/after\r
type echo\ss""een\r
wait seen
type fg\r
quiet 500
type Sesam0\sblau&gruen\r
wait NOT MANAGED
lacks Sesam
END
ok 'with the echo back while it is stopped' same_modes

# --- through a jump host -------------------------------------------------------
ok 'a jump host' want 0 '' gateway set gw2 "ssh.jump=$at"
ok 'a revision with it' want 0 '' commit -m jump
ok 'trust the jump host' want 0 '' gateway trust gw2 \
	--fingerprint "$fingerprint"
printf '%s\n' "$secret" >"$work/words"
ok 'and what is behind it' want 0 '' --passphrase-fd 5 gateway trust gw2 \
	--fingerprint "$fingerprint" 5<"$work/words"
status 'once for a jump host, too' gw2 <<-'END'
run
wait passphrase of the key
type Sesam0\sblau&gruen\r
wait NOT MANAGED
lacks wrong
END

# --- in the console ------------------------------------------------------------
# Nobody else can read it, and it is in no file: also while it is used.
cat >"$work/search" <<END
#!/bin/bash
for process in /proc/[0-9]*; do
	grep -qsaF "\$(cut -c1-6 $work/words)" \$process/cmdline \
		\$process/environ && tr '\\0' ' ' <\$process/cmdline
done >>$work/found
grep -rlaF 'Sesam0' $work/db* $HOME $disk/var/log >>$work/found
ls -l /proc/[0-9]*/exe 2>/dev/null | grep -c "$program" >>$work/processes
true
END
chmod 755 "$work/search"
: >"$work/found"
typed 'the console asks, with Cancel' "$program" <<-END
run
wait Virtual servers
type t
wait The key is locked
type \e
wait is locked by a passphrase
type \e
wait Virtual servers
type t
wait The key is locked
type wrong\r
wait not the passphrase of
lacks NOT MANAGED
type Sesam0\sblau&gruen
wait *****************
lacks Sesam
type \r
wait NOT MANAGED
do $work/search
type \e
wait Virtual servers
type t
wait NOT MANAGED
lacks The key is locked
do $work/search
type \e
wait Virtual servers
type X
wait is forgotten
type t
wait The key is locked
do $work/search
type a\rb\rc\r
wait passphrase
lacks The key is locked
END
ok 'it was looked for while relayadm ran' grep -q '[1-9]' "$work/processes"
nowhere()
{
	cp "$work/found" "$work/out"
	[ ! -s "$work/found" ]
}
ok 'it is in no command line, environment, database or log' nowhere
ok 'one gateway' want 0 '' gateway remove gw2
ok 'alone' want 0 '' gateway remove gw3
ok 'a revision of it' want 0 '' commit -m alone
typed 'a push asks, too' "$program" <<-END
run
wait Virtual servers
type P
wait Type  push
type push\s1\r
wait The key is locked
type Sesam0\sblau&gruen\r
wait has ended: 1 of 1
do $work/search
END
ok 'it is nowhere after a push, either' nowhere
ok 'and the push was one' want 0 'revision 3 of 3' --passphrase-fd 5 \
	status gw 5<"$work/words"
echo "1..$count"
