#!/bin/bash
# Gateways that lie, babble or fall silent: a push to them is never taken for
# done, and ends in bounded time and memory.  A real sshd forces its own commands
# on us.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"

start_gateway

# The fakes read the nonce where the script would find it.
cat >"$disk/root/fake" <<'END'
#!/bin/bash
read -r n
dd bs="$n" count=1 iflag=fullblock >/dev/null 2>&1
while read -r line; do
	case $line in
	'relayadm 1 '*) nonce=${line##* } ;;
	'generation '*) generation=${line#* } ;;
	end) break ;;
	esac
done
case $1 in
nothing) exit 0 ;;
other-nonce)
	echo "RELAYADM-RESULT 00000000000000000000000000000000 $generation OK"
	;;
no-nonce) echo "RELAYADM-RESULT OK" ;;
status-1)
	echo "RELAYADM-RESULT $nonce $generation OK"
	exit 1
	;;
killed)
	echo "RELAYADM-RESULT $nonce $generation OK"
	kill -KILL $PPID $$
	;;
other-generation) echo "RELAYADM-RESULT $nonce 1$generation OK" ;;
half-line) printf 'RELAYADM-RESULT %s %s OK' "$nonce" "$generation" ;;
odd-word) echo "RELAYADM-RESULT $nonce $generation SUPER" ;;
escape)
	printf 'RELAYADM-RESULT %s %s REFUSED \033[2J\033]0;x\007\302\233 red\n' \
		"$nonce" "$generation"
	;;
long-line) tr '\0' x </dev/zero | head -c 3000000 ;;
flood) yes "=$(printf '%060d' 0)" ;;
error-flood)
	yes "an error" | head -c 3000000 >&2
	exit 3
	;;
turns)
	# Waits for an answer after each of two lines that come one right behind
	# the other: a line that is left lying unseen stops both sides.
	exec perl -e '$| = 1; my ($n, $g) = @ARGV;
		for (1 .. 8000) {
			print "RELAYADM-STEP $n check $_\n";
			select(undef, undef, undef, rand(0.0006)) if $_ % 3;
			print "RELAYADM-SERVING $n $g\n";
			defined(scalar <STDIN>) or exit 1;
		}
		print "RELAYADM-RESULT $n $g OK\n"' "$nonce" "$generation"
	;;
send-first)
	echo "RELAYADM-SEND $nonce 10"
	exit 0
	;;
serving)
	echo "RELAYADM-SERVING $nonce $generation"
	exit 0
	;;
esac
END
chmod 755 "$disk/root/fake"

# Several servers at once, ended with the gateway.
cat >"$work/policy.in" <<-END
	server internet
	listen 127.60.$number.1:25
	gateway gw
	set ssh.host 127.60.$number.1
	set ssh.user root
	set ssh.port PORT
	carry internet
END

# An sshd with these options, at a port of its own that the policy then names.
serve()
{
	local port=$((2300 + count))
	"$lab" run gw /usr/sbin/sshd -p $port \
		-o ListenAddress=127.60.$number.1 -o UsePAM=no -o UseDNS=no \
		-E /var/log/fake.log "$@"
	for _ in $(seq 1 100); do
		(exec 3<>"/dev/tcp/127.60.$number.1/$port") 2>/dev/null && break
		sleep 0.05
	done
	sed "s/PORT/$port/" "$work/policy.in" >"$work/policy"
}

# try WANTED FAKE WHAT: how the push ends.
try()
{
	local wanted=$1 fake=$2 rc began ended
	count=$((count + 1))
	serve -o "ForceCommand=/root/fake $fake"
	began=$(date +%s)
	(ulimit -v 400000; timeout 100 "$builddir/tests/lab/pushone" \
		"$work/policy" gw $count trust="$trust") >"$work/out" 2>&1
	rc=$?
	ended=$(date +%s)
	if tail -n 1 "$work/out" | grep -Eq "^$wanted" && [ $rc -ne 0 ] &&
		[ $((ended - began)) -lt 60 ] &&
		! LC_ALL=C grep -q '[^ -~]' "$work/out"; then
		echo "ok $count - $3"
	else
		echo "not ok $count - $3 (status $rc, $((ended - began)) s)"
		cat -v "$work/out" | cut -c1-300 | sed 's/^/# /'
	fi
}

try 'REFUSED the gateway ended without an answer' nothing 'no answer'
try 'REFUSED the gateway ended without' other-nonce 'the nonce of another'
try 'REFUSED the gateway ended without' no-nonce 'no nonce'
try 'UN.* status 1' status-1 'a good word and a bad exit status'
try 'UN' killed 'a good word, then killed'
try 'UNKNOWN' other-generation 'the result of another push'
try 'REFUSED' half-line 'a result without its end'
try 'UNKNOWN' odd-word 'an unknown state'
try 'REFUSED .*\[2J.*red$' escape 'escape sequences'
try 'UN.*a line of over' long-line 'a line of 3 MB'
try 'UN.*more than' flood 'output without end'
# well FAKE WHAT: the push is done, and soon.
well()
{
	local rc
	count=$((count + 1))
	serve -o "ForceCommand=/root/fake $1"
	timeout 60 "$builddir/tests/lab/pushone" "$work/policy" gw $count \
		trust="$trust" >"$work/out" 2>&1
	rc=$?
	if [ $rc -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2 (status $rc)"
		tail -n 5 "$work/out" | cut -c1-300 | sed 's/^/# /'
	fi
}

well turns 'no line is left unseen'
try 'REFUSED .*an error' error-flood 'errors without end'
try 'UNKNOWN' send-first 'takes the files and goes away'
try 'UN' serving 'says it serves and goes away'

ssh-keygen -q -t rsa -b 2048 -N '' -f "$disk/root/rsa_key"
count=$((count + 1))
serve -o HostKey=/root/rsa_key
"$builddir/tests/lab/pushone" "$work/policy" gw $count trust="$trust" \
	>"$work/out" 2>&1
if grep -q 'UNREACHABLE .*only an RSA key' "$work/out"; then
	echo "ok $count - a host with an RSA key alone"
else
	echo "not ok $count - a host with an RSA key alone"
	sed 's/^/# /' "$work/out"
fi

# Words of a login script are no answer.
count=$((count + 1))
sed 's/PORT/2222/' "$work/policy.in" >"$work/policy"
"$lab" run gw sh -c 'cat >>/root/.bashrc; chsh -s /bin/bash root' <<-'END'
	echo "Welcome to gw"
	echo "RELAYADM-RESULT 00000000000000000000000000000000 1 OK"
	echo "to everybody" >&2
END
"$builddir/tests/lab/pushone" "$work/policy" gw $count trust="$trust" \
	>"$work/out" 2>&1
if grep -q '^OK ' "$work/out"; then
	echo "ok $count - noise of a login script"
else
	echo "not ok $count - noise of a login script"
	sed 's/^/# /' "$work/out"
fi
"$lab" stop gw
echo "1..$count"
