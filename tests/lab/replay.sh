#!/bin/bash
# What real mail servers wrote into their logs, decided anew: read over SSH from
# the gateways themselves, rotated and compressed logs too.
srcdir=${srcdir:-.} builddir=${builddir:-.}
# shellcheck source=tests/lab/one.sh
. "$srcdir/tests/lab/one.sh"
export RELAYADM_DB=$work/db TZ=UTC
address=127.60.$number.1

# want STATUS PATTERN ARGUMENT...
want()
{
	timeout 200 "$builddir/relayadm" "${@:3}" >"$work/out" 2>&1 </dev/null
	[ $? -eq "$1" ] && grep -Eq -e "$2" "$work/out"
}

# Five messages of a client, as "probe" sends them to test the way.
deliver()
{
	timeout 100 "$builddir/relayadm" probe gw --from "$1" \
		--deliver u@far.example --rate 100000 >"$work/out" 2>&1 \
		</dev/null
	[ "$(grep -c 'a message with' "$work/out")" -eq 5 ]
}

# log_of MTA: the file.
log_of()
{
	case $1 in
	exim) echo /var/log/exim4/mainlog ;;
	*) echo /var/log/mail.log ;;
	esac
}

for mta in postfix exim opensmtpd7; do
	rm -f "$work/db"*
	start_gateway $mta
	ok "$mta: a policy" want 0 '' server add internet \
		listen=$address:25 relay.entries=127.10.0.0/16 \
		'routing.list=here.example inbound'
	ok "$mta: a gateway" want 0 '' gateway add gw \
		ssh://root@$address:2222 servers=internet mta=${mta%7}
	ok "$mta: a revision" want 0 '' commit -m first
	ok "$mta: trust" want 0 trusted gateway trust gw --fingerprint \
		"$(ssh-keygen -lf "$trust" | cut -d' ' -f2)"
	ok "$mta: the push" want 0 OK push gw
	if [ $mta = opensmtpd7 ]; then
		# In place of a syslog daemon, which the lab has not.
		# shellcheck disable=SC2016 # for the gateway
		"$lab" run gw sh -c 'smtpctl stop 2>/dev/null; pkill -x smtpd
			while pgrep -x smtpd; do sleep 0.1; done
			smtpd -dv 2>&1 | while IFS= read -r line; do
				echo "$(date +%Y-%m-%dT%H:%M:%SZ) gw smtpd[7]: $line"
			done >>/var/log/mail.log' </dev/null >/dev/null 2>&1 &
		server=$!
		for _ in $(seq 1 100); do
			"$lab" run gw test -s /var/log/mail.log &&
				(exec 3<>/dev/tcp/$address/25) 2>/dev/null &&
				break
			sleep 0.1
		done
	fi
	ok "$mta: mail of one client" deliver 127.10.0.1
	log=$(log_of $mta)
	[ $mta = opensmtpd7 ] || "$lab" run gw sh -c "cp $log $log.1 &&
		: >$log && gzip $log.1"
	ok "$mta: and of another" deliver 127.10.0.2
	[ $mta != exim ] || "$lab" run gw exim4 -qff
	for _ in $(seq 1 100); do
		"$builddir/relayadm" replay --gateway gw --server internet \
			>"$work/out" 2>&1 </dev/null
		grep -q '^LOSES 0 of 1[0-9] ' "$work/out" && break
		sleep 0.1
	done
	ok "$mta: as the policy is, nobody loses" \
		grep -q '^LOSES 0 of 1[0-9] ' "$work/out"
	ok "$mta: one entry less" want 0 '' server set internet \
		relay.entries=127.10.0.0/31
	ok "$mta: the other client loses its five" want 1 \
		'^LOSES        5  127.10.0.2 .*internet  last 20' \
		replay --gateway gw --server internet
	ok "$mta: and nobody else" [ "$(grep -c '^LOSES  ' "$work/out")" -eq 1 ]
	ok "$mta: and when the entry was last used" want 0 \
		'^127.10.0.0/31	5	20' replay --gateway gw \
		--server internet --usage server:internet/relay
	"$lab" run gw sh -c "rm -f $log*"
	# With a journal that is empty there is nothing to look for.
	ok "$mta: without a log it says so" bash -c \
		"! '$builddir/relayadm' replay --gateway gw >'$work/out' 2>&1 &&
		grep -Eq 'no log of .*/var/log/|no line of its logs' '$work/out'"
	if [ $mta = opensmtpd7 ]; then
		"$lab" run gw pkill -x smtpd
		wait "$server"
	fi
	"$lab" stop gw
done
echo "1..$count"
