#!/bin/bash
# What a push to many gateways costs beside the same work by other programs: one
# sshd answers for all addresses, and a stand-in for the gateway's script answers at
# once, so that the console's and SSH's own cost is what is seen.  First 50 gateways
# beside the others, then growth: 1, 10, 100, 1,000.  fleet.sh [COUNT...]: others;
# what is beside others is asked for the first.  Needs root and the lab.  Figures of
# this machine; nothing is judged.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
[ $# -gt 0 ] || set -- 50 1 10 100 1000
most=$(printf '%s\n' "$@" | sort -n | tail -n 1)
lab=$srcdir/tests/lab/lab
work=$(mktemp -d) || exit 1
export RELAYADM_LAB_STATE=$work/lab RELAYADM_DB=$work/policy.db
unset SSH_AUTH_SOCK
trap '"$lab" stop-all 2>/dev/null; rm -rf "$work"' EXIT
# shellcheck source=tests/lab/number.sh
. "$srcdir/tests/lab/number.sh"
port=$((2400 + number))

if ! "$lab" start gw "$number" 2>"$work/log"; then
	echo "fleet: not measured: $(tail -n 1 "$work/log")"
	exit 0
fi
disk=$work/lab/gw/disk/upper
export RELAYADM_SSH_KEY=$work/lab/id_ed25519

# Speaks the protocol and changes nothing.
cat >"$disk/root/standin" <<'END'
#!/bin/bash
case ${SSH_ORIGINAL_COMMAND:-} in
*read*) ;;
*nothing*) exit 0 ;; # from who leaves the input open
*) cat >/dev/null; exit 0 ;;
esac
read -r n
dd bs="$n" count=1 iflag=fullblock >/dev/null 2>&1
while read -r key value rest; do
	case $key in
	relayadm) nonce=${rest##* } ;;
	generation) generation=$value ;;
	payload) payload=$value ;;
	end) break ;;
	esac
done
echo "RELAYADM-SEND $nonce go"
dd bs="$payload" count=1 iflag=fullblock >/dev/null 2>&1
echo "RELAYADM-SERVING $nonce $generation"
read -r confirm
echo "RELAYADM-RESULT $nonce $generation OK done"
END
chmod 755 "$disk/root/standin"
"$lab" run gw /usr/sbin/sshd -p $port -o ListenAddress=0.0.0.0 -o UsePAM=no \
	-o UseDNS=no -o MaxStartups=1000 -o ForceCommand=/root/standin

address_of()
{
	echo "127.61.$(($1 / 250)).$(($1 % 250 + 1))"
}

{
	echo '{ "relayadm": 1, "servers": [ { "name": "smtp", "listen":'
	echo '[ "127.0.0.1:25" ], "relay": { "entries": [ "10.0.0.0/8" ] } } ],'
	echo '"gateways": ['
	for i in $(seq 1 "$most"); do
		[ "$i" -eq 1 ] || echo ,
		echo "{ \"name\": \"g$i\", \"group\": \"all\", \"ssh\": { \"host\":" \
			"\"$(address_of "$i")\", \"port\": $port," \
			"\"user\": \"root\" }, \"servers\": [ \"smtp\" ] }"
	done
	echo '] }'
} >"$work/policy.json"
r=$builddir/relayadm
"$r" load "$work/policy.json" >/dev/null || exit 1
"$r" commit -m fleet --override no-listener >/dev/null || exit 1
fingerprint=$(ssh-keygen -lf "$disk/etc/ssh/ssh_host_ed25519_key.pub" |
	cut -d' ' -f2)
for i in $(seq 1 "$most"); do
	"$r" gateway trust "g$i" --fingerprint "$fingerprint" >/dev/null || exit 1
done
ssh_options="-F none -q -T -p $port -l root -i $RELAYADM_SSH_KEY
	-o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no
	-o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null"
head -c 1000 /dev/zero | tr '\0' x >"$work/payload"

# took NAME COMMAND...: wall time, at most 300 s, and its ratio to the first
# one's of this count.
took()
{
	local name=$1 began ended
	shift
	began=$(date +%s%N)
	timeout -k 5 300 "$@" >"$work/out" 2>&1 </dev/null ||
		name="$name (failed)"
	ended=$((($(date +%s%N) - began) / 1000000))
	[ -n "$first" ] || first=$ended
	awk -v n="$name" -v t=$ended -v f="$first" -v g="$gateways" 'BEGIN {
		printf "%-46s %8.2f s  %7.1f ms each  %6.2f x\n", n, t / 1000,
			t / g, t / f }'
}

# push JOBS: to the first gateways.
push()
{
	# shellcheck disable=SC2046 # words
	took "relayadm push, --jobs $1" "$r" push --force --jobs "$1" \
		$(seq -f 'g%.0f' 1 "$gateways")
	[ "$(grep -c ' OK ' "$work/out")" -eq "$gateways" ] ||
		{ echo "       not all were pushed to:"; head -n 3 "$work/out"; }
}

floor()
{
	took 'floor: libssh2, 32 threads, 1 kB each' sh -c \
		"'$builddir/tests/bench/floor' 32 $port '$RELAYADM_SSH_KEY' <'$work/hosts'"
}

# What others take for a connection, 1 kB and a command.  Ansible: its leanest
# module, without Python on the gateway, 1 kB in the command; a ControlPath of its
# own, and no master that outlives it.
peers()
{
	# shellcheck disable=SC2016,SC2086
	took 'xargs -P 32 ssh, 1 kB each' xargs -a "$work/hosts" -P 32 -I HOST \
		sh -c 'exec ssh '"$(echo $ssh_options)"' HOST true <'"$work/payload"
	! command -v parallel-ssh >/dev/null ||
		took 'parallel-ssh -p 32' sh -c "parallel-ssh -h '$work/hosts' \
			-p 32 -x '$(echo $ssh_options)' -I true <'$work/payload'"
	! command -v clush >/dev/null ||
		took 'clush -f 32' sh -c "clush -f 32 -o '$(echo $ssh_options)' \
			--hostfile '$work/hosts' true <'$work/payload'"
	# shellcheck disable=SC2086
	! command -v ansible >/dev/null ||
		took 'ansible -m raw -f 32' env ANSIBLE_HOST_KEY_CHECKING=False \
			ANSIBLE_LOCAL_TEMP="$work/ansible" \
			ANSIBLE_SSH_CONTROL_PATH_DIR="$work/cp" \
			ANSIBLE_SSH_ARGS='-o ControlMaster=no' \
			ansible all -i "$work/hosts" -m raw -f 32 \
			-a "nothing $(cat "$work/payload")" \
			--ssh-extra-args "$(echo $ssh_options)"
	! command -v ansible-playbook >/dev/null || ansible_modules
}

# As it is used: its modules "copy" and "command", which want Python, so on an sshd
# of this machine's own, on loopback.
ansible_modules()
{
	local i sshd
	sshd=$(command -v sshd || echo /usr/sbin/sshd)
	if [ ! -x "$sshd" ] || ! command -v python3 >/dev/null; then
		echo "ansible copy, command: not measured: no sshd or python3 here"
		return
	fi
	ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
	mkdir -p /run/sshd "$work/placed"
	cp "$RELAYADM_SSH_KEY.pub" "$work/authorized"
	"$sshd" -f /dev/null -p $((port + 100)) -h "$work/host_key" \
		-o ListenAddress=0.0.0.0 -o UsePAM=no -o UseDNS=no \
		-o MaxStartups=1000 -o PidFile="$work/sshd.pid" \
		-o PermitRootLogin=prohibit-password -o StrictModes=no \
		-o AuthorizedKeysFile="$work/authorized" || return
	cat >"$work/play.yml" <<-END
	- hosts: all
	  gather_facts: false
	  tasks:
	    - copy: src=$work/payload dest=$work/placed/{{ inventory_hostname }}
	    - command: "true"
	END
	took 'ansible copy, command, -f 32' env ANSIBLE_HOST_KEY_CHECKING=False \
		ANSIBLE_LOCAL_TEMP="$work/ansible" \
		ANSIBLE_REMOTE_TEMP="$work/remote" \
		ANSIBLE_SSH_CONTROL_PATH_DIR="$work/cp" \
		ansible-playbook -i "$work/hosts" -f 32 --ssh-extra-args \
		"$(echo $ssh_options | sed "s/-p $port/-p $((port + 100))/")" \
		"$work/play.yml"
	i=$(find "$work/placed" -type f | wc -l)
	[ "$i" -eq "$gateways" ] || {
		echo "       placed on $i:"
		tail -n 3 "$work/out"
	}
	kill "$(cat "$work/sshd.pid")"
}

echo "fleet: $(nproc) cores, $(ssh -V 2>&1), libssh2" \
	"$(pkg-config --modversion libssh2 2>/dev/null)"
command -v ansible >/dev/null && ansible --version | sed -n 1p
head -n 2 /proc/loadavg | sed 's/^/load: /'
beside=yes
for gateways; do
	echo "$gateways gateways on one sshd"
	for i in $(seq 1 "$gateways"); do
		address_of "$i"
	done >"$work/hosts"
	first=
	push 32
	floor
	if [ -n "$beside" ]; then
		push 8
		push 64
		peers
	fi
	beside=
done
command -v /usr/bin/time >/dev/null &&
	/usr/bin/time -f "memory for $most gateways at 64 jobs: %M kB at most" \
		"$r" push --all --jobs 64 --force 2>&1 >/dev/null | tail -n 1
exit 0
