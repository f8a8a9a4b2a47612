# The part of relayadm that runs on a gateway, as root.  It is sent along with
# every request and read by the shell that the console starts:
#     read -r n && s=$(dd bs="$n" count=1 iflag=fullblock) && eval "$s"
# Then it reads the request from standard input.  POSIX sh with coreutils,
# Postfix, and flock and setsid of util-linux.  A copy stays in
# /var/lib/relayadm/gate.sh: "sh gate.sh boot" before Postfix starts (a unit, or
# cron's @reboot) undoes a push that the machine did not survive.
# shellcheck shell=sh

set -u
umask 022
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
base=/var/lib/relayadm
begin='# relayadm begin: replaced at each push, do not edit'
end='# relayadm end'
off='#relayadm-off# '
kept=50
nonce=- verb=- generation=0 revision=0 digest=- expected=- author=- wait=120
force=0 restart=0 manifest_len=0 question_len=0 payload=0
lost=0

# --- telling the console -------------------------------------------------------

clean()
{
	printf '%s' "$*" | tr '\n\t' '  ' | tr -cd ' -~' | cut -c1-400
}

# The console may be gone; that must not end us.
say()
{
	printf '%s %s %s\n' "$1" "$nonce" "$2" 2>/dev/null || lost=1
}

step()
{
	say RELAYADM-STEP "$1 $(clean "${2:-}")"
}

result()
{
	say RELAYADM-RESULT "$generation $1 $(clean "${2:-}")"
	exit 0
}

# Runs something that must neither read the request nor keep the lock.
quietly()
{
	"$@" </dev/null 9>&-
}

# --- small things ---------------------------------------------------------------

now()
{
	date +%s
}

flush()
{
	sync "$@" 2>/dev/null || sync
}

# The value of a key in a file of "key value" lines.
value()
{
	sed -n "s/^$2 //p" "$1" 2>/dev/null | head -n 1
}

# Postfix waits up to two seconds before it reads a file that has just changed.
age()
{
	touch -r /bin/sh "$@"
}

# Replaces a file with standard input, durably; keeps owner and mode.
replace()
{
	if [ -e "$1" ]; then
		cp -p "$1" "$1.relayadm" || return 1
	fi
	cat >"$1.relayadm" || return 1
	flush "$1.relayadm"
	mv -f "$1.relayadm" "$1" || return 1
	flush "$(dirname "$1")"
}

journal()
{
	{
		echo "state $1"
		echo "generation $generation"
		echo "former $former"
		echo "running $was_running"
		echo "deadline $deadline"
		echo "nonce $nonce"
		echo "main $$"
	} | replace "$base/journal"
}

current()
{
	link=$(readlink "$base/current" 2>/dev/null) && basename "$link"
}

# --- Postfix -----------------------------------------------------------------------

setting()
{
	postconf -c "$1" -xh "$2" 2>/dev/null
}

running()
{
	quietly postfix status >/dev/null 2>&1
}

# mta start|stop|reload; what it said is in $base/mta.log
mta()
{
	if [ "$1" != reload ] && [ -d /run/systemd/system ]; then
		quietly systemctl "$1" postfix >"$base/mta.log" 2>&1
	else
		quietly postfix "$1" >"$base/mta.log" 2>&1
	fi
}

# Why Postfix does not serve, as far as it left word of it.
mta_reason()
{
	for log in /var/log/mail.log /var/log/maillog /var/log/syslog \
		/var/log/messages; do
		[ -r "$log" ] && tail -n 40 "$log"
	done 2>/dev/null | cat - "$base/mta.log" 2>/dev/null |
		grep -E 'fatal|panic' | tail -n 1 | sed 's/.*\(fatal\|panic\): //'
}

# Without our block, and with what we had put aside.
restored()
{
	sed -e "/^$begin\$/,/^$end\$/d" -e "s/^$off//" "$1"
}

block()
{
	sed -n "/^$begin\$/,/^$end\$/p" "$1"
}

# Active inet services of a master.cf: "NAME HOST PORT", HOST "*" for all.
inet_services()
{
	awk '/^[^# \t]/ && $2 == "inet" {
		port = $1; host = "*"
		if (match($1, /:[^]:]*$/)) {
			host = substr($1, 1, RSTART - 1)
			port = substr($1, RSTART + 1)
		}
		gsub(/[][]/, "", host)
		if (host == "0.0.0.0" || host == "::") host = "*"
		if (port == "smtp") port = 25
		if (port == "submission") port = 587
		if (port == "smtps" || port == "submissions") port = 465
		print $1, host, port
	}' "$1"
}

# Puts services aside that would claim what we listen on: master.cf, services.
put_aside()
{
	awk -v off="$off" -v own="$2" -v inet="$(setting "$conf" \
		inet_interfaces)" '
	BEGIN {
		while ((getline line < own) > 0) {
			split(line, f, " ")
			n++; addr[n] = f[2]; port[n] = f[3]
		}
	}
	function claims(host, p, i) {
		for (i = 1; i <= n; i++) {
			if (port[i] != p)
				continue
			if (host == "*" && inet == "loopback-only" &&
			    addr[i] !~ /^(127\.|::1$|0\.0\.0\.0$|::$)/)
				continue
			if (host == "*" || host == addr[i] ||
			    addr[i] == "0.0.0.0" || addr[i] == "::")
				return 1
		}
		return 0
	}
	/^[^# \t]/ {
		aside = 0
		if ($2 == "inet") {
			p = $1; host = "*"
			if (match($1, /:[^]:]*$/)) {
				host = substr($1, 1, RSTART - 1)
				p = substr($1, RSTART + 1)
			}
			gsub(/[][]/, "", host)
			if (host == "0.0.0.0" || host == "::") host = "*"
			if (p == "smtp") p = 25
			if (p == "submission") p = 587
			if (p == "smtps" || p == "submissions") p = 465
			aside = claims(host, p)
		}
	}
	{ print (aside && !/^#/ && !/^[ \t]*$/ ? off : "") $0 }' "$1"
}

# A setting and its continuation lines put aside: main.cf, name.
put_setting_aside()
{
	awk -v off="$off" -v name="$2" '
	/^[^# \t]/ { aside = ($0 ~ "^" name "[ \t]*=") }
	{ print (aside && !/^#/ && !/^[ \t]*$/ ? off : "") $0 }' "$1"
}

with_block()
{
	cat "$1"
	# A last line without an end must not swallow ours.
	[ -z "$(tail -c 1 "$1")" ] || echo
	echo "$begin"
	cat "$2"
	echo "$end"
}

# Does a new listener claim a port that another service gives up?  Postfix binds
# new sockets before it closes old ones, so a reload would end it: old, new.
ports_move()
{
	inet_services "$1" | sort >"$base/ports.old"
	inet_services "$2" | sort >"$base/ports.new"
	comm -23 "$base/ports.old" "$base/ports.new" | cut -d' ' -f3 |
		sort -u >"$base/ports.gone"
	comm -13 "$base/ports.old" "$base/ports.new" | cut -d' ' -f3 |
		grep -qxF -f "$base/ports.gone"
}

# --- does a listener greet? ---------------------------------------------------------

# Does Postfix itself listen there?  Addresses are in the machine's byte order.
held()
{
	pid=$(tr -d ' ' 2>/dev/null \
		<"$(setting "$conf" queue_directory)/pid/master.pid") || return 1
	# shellcheck disable=SC2012 # the names are numbers
	ls -l "/proc/$pid/fd" 2>/dev/null | sed -n 's/.*socket:\[\(.*\)\]/\1/p' |
		awk -v addr="$1" -v port="$(printf '%04X' "$2")" '
		FILENAME == "-" { mine[$1]; next }
		BEGIN {
			n = split(addr, f, ".")
			for (i = 1; n == 4 && i <= 4; i++) {
				x = sprintf("%02X", f[i])
				little = x little
				big = big x
			}
		}
		$4 == "0A" && $10 in mine {
			split($2, at, ":")
			if (at[2] == port && (n != 4 || at[1] == little ||
			    at[1] == big))
				found = 1
		}
		END { exit !found }' - /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

greeting()
{
	case $1 in
	0.0.0.0) set -- 127.0.0.1 "$2" ;;
	::) set -- ::1 "$2" ;;
	esac
	if command -v bash >/dev/null; then
		# Bash reads ~/.bashrc below sshd, which may print something.
		# shellcheck disable=SC2016 # the inner shell's
		quietly timeout 8 bash --norc -c 'exec 3<>"/dev/tcp/$1/$2" || exit 1
			IFS= read -r -t 5 line <&3 && printf "%s\n" "$line"
			printf "QUIT\r\n" >&3' - "$1" "$2" 2>/dev/null
	elif command -v nc >/dev/null; then
		printf 'QUIT\r\n' | timeout 8 nc -w 5 "$1" "$2" 9>&- \
			2>/dev/null | head -n 1
	else
		echo '220 it is held by Postfix, and nothing here can ask it'
	fi
}

# 554: connection control keeps the gateway itself out.
greets()
{
	case $(greeting "$1" "$2") in
	220*|554*) return 0 ;;
	esac
	return 1
}

# Every listener of a services file within ten seconds; else $silent says which.
all_greet()
{
	silent=
	[ -r "$1" ] || return 0
	limit=$(($(now) + 10))
	while read -r family addr port name; do
		until held "$addr" "$port" && greets "$addr" "$port"; do
			silent="$name at $addr port $port (IPv$family)"
			[ "$(now)" -lt "$limit" ] || return 1
			sleep 0.2
		done
		silent=
	done <"$1"
}

# --- drift ----------------------------------------------------------------------------

# One sentence a line: what is not as it was placed.
drift()
{
	gen=$base/gen/$(current) || return 0
	while read -r sum _ path; do
		[ "$(sha256sum <"$gen/$path" 2>/dev/null)" = "$sum  -" ] ||
			echo "$gen/$path was changed"
	done <"$gen/manifest"
	[ "$(sha256sum <"$gen/manifest")" = "$(value "$gen/record" digest)  -" ] ||
		echo "$gen/manifest was changed"
	(cd "$gen/built" && sha256sum -c ../built.sum 2>/dev/null) |
		sed -n "s|^\\(.*\\): FAILED.*|$gen/built/\\1 was changed|p"
	for name in main.cf master.cf; do
		[ "$(block "$conf/$name")" = "$(block "$gen/placed/$name")" ] ||
			echo "$conf/$name: the part of relayadm was changed"
	done
	clashes "$gen/services"
}

# Services that somebody added on a listener of ours.
clashes()
{
	sed "/^$begin\$/,/^$end\$/d" "$conf/master.cf" >"$base/bare"
	put_aside "$base/bare" "$1" >"$base/aside"
	grep -vxF -f "$base/bare" "$base/aside" |
		sed -n "s|^$off\([^ 	]*\).*|$conf/master.cf: the service \1 claims a listener of relayadm|p"
}

# --- stage ----------------------------------------------------------------------------

# The bytes from $2 on, $3 of them, of the payload.
slice()
{
	tail -c "+$(($2 + 1))" "$1" | head -c "$3"
}

receive()
{
	mkdir "$new" && chmod 700 "$new" || return 1
	said=$(dd bs=4096 count=$((payload / 4096)) iflag=fullblock \
		of="$new/payload" 2>&1) || {
		echo "$said" | head -n 1
		return 1
	}
	[ "$(wc -c <"$new/payload")" -eq "$payload" ]
}

unpack()
{
	slice "$new/payload" 0 "$manifest_len" >"$new/manifest" || return 1
	slice "$new/payload" "$manifest_len" "$question_len" \
		>"$new/questions" || return 1
	[ "$(sha256sum <"$new/manifest")" = "$digest  -" ] || return 1
	at=$((manifest_len + question_len))
	while read -r sum len path; do
		case /$path/ in
		*/../*|*[!A-Za-z0-9._/-]*) return 1 ;;
		esac
		mkdir -p "$new/$(dirname "$path")" || return 1
		slice "$new/payload" "$at" "$len" >"$new/$path" || return 1
		[ "$(sha256sum <"$new/$path")" = "$sum  -" ] || return 1
		at=$((at + len))
		age "$new/$path"
	done <"$new/manifest"
	rm -f "$new/payload"
}

choose_index()
{
	types=$(postconf -m)
	for index in lmdb cdb hash; do
		echo "$types" | grep -qx "$index" && return 0
	done
	return 1
}

# Domains of $new/inbound that the gateway's own settings have a place for.
known_domains()
{
	sed 's/^\.//' "$new/inbound" | sort -u >"$new/domains"
	for list in mydestination virtual_alias_domains \
		virtual_mailbox_domains relay_domains; do
		for word in $(setting "$new/placed" "$list" | tr ',' ' '); do
			case $word in
			/*) cat "$word" ;;
			*:*) postmap -c "$new/placed" -q - "$word" \
				<"$new/domains" | cut -f1 ;;
			*) echo "$word" ;;
			esac
		done
	done 2>/dev/null | tr '[:upper:]' '[:lower:]'
}

# What transport_maps gets from us: next hops, and the inbound domains that
# nothing else on the gateway would deliver.
make_transport()
{
	[ ! -e "$new/delivery" ] || cat "$new/delivery"
	[ -e "$new/inbound" ] || return 0
	known_domains >"$new/known"
	awk -v to="$(setting "$new/placed" local_transport)" '
	FILENAME == ARGV[1] { known[$1]; next }
	{ d = $1; sub(/^\./, "", d) }
	!(d in known) { print $1, to }' "$new/known" "$new/inbound"
}

build()
{
	mkdir -p "$new/built" "$new/placed" || return 1
	restored "$conf/main.cf" >"$new/placed/main.cf" || return 1
	restored "$conf/master.cf" >"$new/bare" || return 1
	put_aside "$new/bare" "$new/services" >"$new/aside" || return 1
	with_block "$new/aside" "$new/master.cf" >"$new/placed/master.cf" ||
		return 1
	age "$new/placed"/*
	make_transport >"$new/built/transport" || return 1
	age "$new/built/transport"
	{
		find "$new/server" -name '*.key' 2>/dev/null
		[ ! -s "$new/built/transport" ] || echo "$new/built/transport"
	} >"$new/index"
	while read -r table; do
		quietly postmap "$index:$table" || return 1
	done <"$new/index"
	place_settings || return 1
	rm -f "$new/bare" "$new/aside" "$new/known" "$new/domains"
	(cd "$new/built" && find . -type f -exec sha256sum {} +) \
		>"$new/built.sum"
}

# The block of main.cf, if there is anything to set.
place_settings()
{
	[ -s "$new/index" ] || return 0
	echo "relayadm_index = $index" >"$new/settings"
	if [ -s "$new/built/transport" ]; then
		theirs=$(postconf -c "$new/placed" -h transport_maps)
		echo "transport_maps = \$relayadm_index:$base/current/built/transport${theirs:+, $theirs}" \
			>>"$new/settings"
		put_setting_aside "$new/placed/main.cf" transport_maps \
			>"$new/main" || return 1
	else
		cp "$new/placed/main.cf" "$new/main" || return 1
	fi
	with_block "$new/main" "$new/settings" >"$new/placed/main.cf" ||
		return 1
	age "$new/placed/main.cf"
	rm -f "$new/main" "$new/settings"
}

stage()
{
	receive && unpack || return 1
	choose_index || return 1
	build || return 1
	{
		echo "generation $generation"
		echo "revision $revision"
		echo "digest $digest"
		echo "author $author"
		echo "time $(now)"
	} >"$new/record" || return 1
	chgrp -R "$(id -gn "$owner")" "$new" && chmod -R g+rX,o-rwx "$new" ||
		return 1
	find "$new" -type f -exec sync {} + 2>/dev/null || sync
}

# --- check the staged files -------------------------------------------------------------

# What a command says on standard error.
complaints()
{
	# shellcheck disable=SC2069 # in this order on purpose
	quietly "$@" 2>&1 >/dev/null
}

# Postfix's own reading of every table must not give a warning.
check_tables()
{
	{
		find "$new" -name '*.cidr' -o -name '*.text' \
			-o -name '*.regexp'
		cat "$new/index"
	} | while read -r table; do
		case $table in
		*.text) type=texthash ;;
		*.key|*/transport) type=$index ;;
		*) type=${table##*.} ;;
		esac
		complaints postmap -q 192.0.2.1 "$type:$table"
	done
}

check_settings()
{
	complaints postconf -c "$conf" -n |
		sed "s|$conf|@|" >"$base/warnings"
	{
		complaints postconf -c "$new/placed" -n
		complaints postconf -c "$new/placed" -P
	} | sed "s|$new/placed|@|" | grep -vxF -f "$base/warnings"
	if grep -q 'smtpd_tls_security_level = encrypt' "$new/master.cf" &&
		[ -z "$(setting "$conf" smtpd_tls_cert_file)$(setting "$conf" \
		smtpd_tls_eccert_file)$(setting "$conf" \
		smtpd_tls_chain_files)" ]; then
		echo "a server requires TLS, but Postfix has no certificate" \
			"(smtpd_tls_cert_file)"
	fi
}

# A Postfix of its own, with queue and settings beside the real one; it has the
# services that smtpd asks, and none that receives or delivers.
scratch_start()
{
	scratch_stop
	rm -rf "$try"
	mkdir -p "$try/etc" "$try/data" "$try/queue" || return 1
	for dir in active bounce corrupt defer deferred flush hold incoming \
		maildrop pid private public saved trace; do
		mkdir "$try/queue/$dir" || return 1
	done
	chown "$owner" "$try/data" "$try/queue"/* || return 1
	chown root "$try/queue/pid"
	chgrp "$(setting "$conf" setgid_group)" "$try/queue/public" \
		"$try/queue/maildrop"
	chmod 710 "$try/queue/public"
	chmod 755 "$try" "$try/etc"
	cp "$new/placed/main.cf" "$try/etc/main.cf" || return 1
	scratch_services >"$try/etc/master.cf" || return 1
	: >"$try/log"
	postconf -c "$try/etc" -e "queue_directory = $try/queue" \
		"data_directory = $try/data" "maillog_file = $try/log" \
		'transport_maps =' 'in_flow_delay = 0' \
		'multi_instance_enable = no' 2>/dev/null || return 1
	age "$try/etc"/*
	quietly "$(setting "$conf" daemon_directory)/master" -w \
		-c "$try/etc" >>"$try/log" 2>&1
}

scratch_services()
{
	cat <<-'END'
	rewrite unix - - n - - trivial-rewrite
	proxymap unix - - n - - proxymap
	anvil unix - - n - 1 anvil
	tlsmgr unix - - n 1000? 1 tlsmgr
	cleanup unix n - n - 0 cleanup
	bounce unix - - n - 0 bounce
	verify unix - - n - 1 verify
	postlog unix-dgram n - n - 1 postlogd
	END
	sed -n '/^relayadm-rewrite /,/^[^ ]/p' "$new/master.cf" |
		sed '2,$ { /^[^ ]/d; }'
}

scratch_stop()
{
	pid=$(tr -d ' ' 2>/dev/null <"$try/queue/pid/master.pid") || return 0
	tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" |
		grep -qF -e "-c $try/etc" || return 0
	kill "$pid" 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null
}

# The dialogue that puts the questions of listener $1.
dialogue()
{
	awk -F '\t' -v k="$1" 'BEGIN { ORS = "\r\n" } $1 == k {
		addr = $2 ~ /:/ ? "IPV6:" $2 : $2
		name = $3 == "-" ? "[UNAVAILABLE]" : $3
		print "XCLIENT ADDR=" addr " NAME=" name " LOGIN=" \
			($4 == 1 ? "probe" : "[UNAVAILABLE]")
		print "EHLO probe.relayadm.invalid"
		print "MAIL FROM:<probe@relayadm.invalid>"
		print "RCPT TO:" $5
		print "RSET"
	} END { print "QUIT" }' "$new/questions"
}

# smtpd with the settings of service $1, as the network would see it.
ask_smtpd()
{
	service=$1
	set --
	while IFS= read -r line; do
		set -- "$@" -o "$line"
	done <<-END
	$(awk -v want="$service" '/^[^ ]/ { on = ($1 == want) }
		on && /^  -o \{ / { sub(/^  -o \{ /, ""); sub(/ \}$/, "");
		sub(/ = ?/, "="); print }' "$new/master.cf" |
		sed "s|$base/current/|$new/|g")
	END
	MAIL_CONFIG=$try/etc timeout 60 chroot \
		--userspec="$owner:$(id -gn "$owner")" / \
		"$(setting "$conf" daemon_directory)/smtpd" -S "$@" \
		-o smtpd_delay_reject=yes \
		-o smtpd_authorized_xclient_hosts=static:all \
		-o smtpd_peername_lookup=no -o smtpd_error_sleep_time=0 \
		-o smtpd_soft_error_limit=1000000 \
		-o smtpd_hard_error_limit=1000000 \
		-o smtpd_junk_command_limit=1000000 \
		-o smtpd_tls_security_level=none -o smtpd_use_tls=no \
		-o smtpd_enforce_tls=no -o smtpd_tls_auth_only=no \
		-o smtpd_milters= -o smtpd_proxy_filter= -o content_filter= \
		-o smtpd_forbid_unauth_pipelining=no \
		-o smtpd_upstream_proxy_protocol= -o smtpd_helo_required=no \
		-o smtpd_timeout=50s 9>&-
}

# Prints what is answered otherwise than wanted.
compare_answers()
{
	tr -d '\r' <"$try/answers" | grep -v '^[0-9][0-9][0-9]-' |
		awk -F '\t' -v k="$1" '
	pass == 1 {
		if ($1 == k) { n++; want[n] = $6; text[n] = $2 " to " $5 \
			($4 == 1 ? ", logged on" : "") }
		next
	}
	{ line++; i = int((line + 3) / 5); part = (line + 3) % 5 }
	part == 2 { mail = $0 }
	line > 1 && part == 3 && i <= n {
		got++
		reply = mail ~ /^2/ ? $0 : mail
		if (substr(reply, 1, 3) != want[i])
			print text[i] " should be answered " want[i] \
				", but is answered " reply
	}
	END { if (got < n) print "smtpd answered " got + 0 " of " n \
		" questions" }' pass=1 "$new/questions" pass=2 -
}

# Silent when all is as the policy says; else what the first listener with a
# wrong answer says.
check_answers()
{
	k=0
	while read -r family addr port _; do
		k=$((k + 1))
		case $family in
		6) service="[$addr]:$port" ;;
		*) service="$addr:$port" ;;
		esac
		dialogue "$k" >"$try/dialogue"
		ask_smtpd "$service" <"$try/dialogue" >"$try/answers" \
			2>>"$try/log"
		compare_answers "$k" >"$try/differ"
		cat "$try/differ"
		[ ! -s "$try/differ" ] || break
	done <"$new/services"
}

check_behaviour()
{
	if scratch_start; then
		check_answers >"$try/wrong" 2>&1
	else
		echo "a Postfix to try it with does not start" >"$try/wrong"
	fi
	scratch_stop
	if [ -s "$try/wrong" ]; then
		head -n 1 "$try/wrong"
		grep -E 'warning|error|fatal|panic' "$try/log" | head -n 1
	fi
}

check()
{
	tables=$(check_tables)
	[ -z "$tables" ] || { reason="tables: $tables"; return 1; }
	settings=$(check_settings)
	[ -z "$settings" ] || { reason="settings: $settings"; return 1; }
	wrong=$(check_behaviour)
	[ -z "$wrong" ] || { reason="behaviour: $wrong"; return 1; }
	rm -rf "$try"
}

# --- switch and back -----------------------------------------------------------------------

point_to()
{
	if [ "$1" = none ]; then
		rm -f "$base/current"
	else
		ln -s "gen/$1" "$base/current.new" &&
			mv -T "$base/current.new" "$base/current"
	fi && flush "$base"
}

place()
{
	for name in main.cf master.cf; do
		cmp -s "$1/$name" "$conf/$name" ||
			replace "$conf/$name" <"$1/$name" || return 1
	done
}

# What brings Postfix to the placed files; $1: the master.cf that it runs with.
needed()
{
	if ! running; then
		echo start
	elif [ "$restart" = 1 ] || ports_move "$1" "$conf/master.cf"; then
		echo restart
	else
		echo reload
	fi
}

activate()
{
	case $1 in
	start) mta start ;;
	restart)
		mta stop
		mta start
		;;
	reload)
		mta reload
		sleep 0.3
		;;
	esac
}

explain()
{
	case $1 in
	start) echo "start: Postfix did not run" ;;
	restart) echo "stop and start: sessions under way are ended" ;;
	reload) echo "reload: sessions under way go on" ;;
	esac
}

switch()
{
	mkdir -p "$new/former" &&
		cp -p "$conf/main.cf" "$conf/master.cf" "$new/former/" &&
		flush "$new/former"/* || return 1
	rm -f "$base/current.new"
	journal switched || return 1
	setsid sh "$base/gate.sh" dead-man "$generation" </dev/null \
		>"$base/dead-man.log" 2>&1 9>&- &
	point_to "$generation" && place "$new/placed"
}

# Everything as it was; prints nothing, sets $state and $reason further.
revert()
{
	new=$base/gen/$generation
	journal reverting
	[ ! -d "$new/former" ] || {
		cp "$conf/master.cf" "$base/master.left"
		place "$new/former"
		rm -f "$base/current.new"
		point_to "$former"
		if [ "$was_running" = yes ]; then
			activate "$(needed "$base/master.left")"
		else
			mta stop
		fi
	}
	state=ROLLED-BACK
	if [ "$was_running" = yes ] &&
		! { running && all_greet "$base/gen/$former/services"; }; then
		mta stop
		mta start
		running && all_greet "$base/gen/$former/services" ||
			state=BROKEN
	fi
	rm -f "$base/journal"
	flush "$base"
	echo "$(now) generation $generation $state $reason" >>"$base/history"
}

read_journal()
{
	former=$(value "$base/journal" former)
	was_running=$(value "$base/journal" running)
	deadline=$(value "$base/journal" deadline)
	left=$(value "$base/journal" generation)
}

# A push that nobody confirmed is undone before anything else happens.
recover()
{
	[ -e "$base/journal" ] || return 0
	saved=$generation
	read_journal
	generation=$left
	reason="it was left unfinished"
	revert
	generation=$saved
}

# Runs beside the push and outlives it.
dead_man()
{
	generation=$1
	while sleep 1; do
		[ "$(value "$base/journal" generation)" = "$generation" ] ||
			exit 0
		if ! kill -0 "$(value "$base/journal" main)" 2>/dev/null ||
			[ "$(now)" -ge "$(value "$base/journal" deadline)" ]
		then
			break
		fi
	done
	exec 9>>"$base/lock"
	# A push that hangs holds the lock: its trap undoes it.
	flock -n 9 || {
		kill "$(value "$base/journal" main)" 2>/dev/null
		flock 9
	}
	[ "$(value "$base/journal" generation)" = "$generation" ] || exit 0
	nonce=$(value "$base/journal" nonce)
	read_journal
	reason="the console went away without confirming"
	revert
}

# Before Postfix starts, when the machine was switched off in a push: the files
# as they were.
boot()
{
	exec 9>>"$base/lock"
	flock 9
	[ -e "$base/journal" ] || return 0
	read_journal
	generation=$left
	nonce=-
	was_running=no
	reason="the machine was restarted before it was confirmed"
	revert
}

# --- the requests ------------------------------------------------------------------------------

need()
{
	[ "$(id -u)" -eq 0 ] ||
		result REFUSED "not root on the gateway; log in as root or set become to sudo"
	for tool in postfix postconf postmap flock sha256sum setsid; do
		command -v "$tool" >/dev/null ||
			result REFUSED "there is no $tool on the gateway; install $([ "${tool#post}" = "$tool" ] && echo util-linux and coreutils || echo Postfix)"
	done
	conf=$(postconf -h config_directory 2>/dev/null) ||
		result REFUSED "postconf does not work: $(postconf -h config_directory 2>&1)"
	owner=$(postconf -h mail_owner)
	case $(postconf -h mail_version) in
	[012].*) result REFUSED "Postfix $(postconf -h mail_version) is too old; 3.4 or later is needed" ;;
	esac
	try=$base/try
	mkdir -p "$base/gen" 2>/dev/null ||
		result FAILED "cannot write $base: $(mkdir -p "$base/gen" 2>&1)"
	chmod 755 "$base" "$base/gen"
}

take_lock()
{
	exec 9>>"$base/lock"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		flock -n 9 && break
		sleep 0.2
	done
	flock -n 9 ||
		result REFUSED "another push is under way: $(cat "$base/holder" 2>/dev/null)"
	echo "generation $generation by $author since $(date -u '+%Y-%m-%d %H:%M:%S') UTC" \
		2>/dev/null >"$base/holder" || :
}

# Nothing is done for a request that comes too late or finds things changed.
admit()
{
	present=$(value "$base/current/record" digest)
	highest=$(cat "$base/highest" 2>/dev/null || echo 0)
	[ "$force" = 1 ] || [ "$generation" -gt "$highest" ] ||
		result REFUSED "generation $generation is not newer than $highest, which was pushed from elsewhere or later; see push --dry-run, then push --force goes over it"
	[ "$force" = 1 ] || [ "$expected" = - ] ||
		[ "$expected" = "${present:--}" ] ||
		result REFUSED "drift: the gateway holds what this database did not push (generation $(value "$base/current/record" generation)); see push --dry-run, then push --force goes over it"
	changed=$(drift)
	[ -z "$changed" ] || [ "$force" = 1 ] ||
		result REFUSED "drift: $(echo "$changed" | head -n 1)$([ "$(echo "$changed" | wc -l)" -lt 2 ] || echo " (and $(($(echo "$changed" | wc -l) - 1)) more)")"
}

# The same is in force already: the record gets the new numbers, no more.
admit_unchanged()
{
	[ "$digest" = "$present" ] && [ -z "$changed" ] &&
		[ "$restart" = 0 ] && running &&
		all_greet "$base/current/services" || return 0
	{
		echo "generation $generation"
		sed -e '/^generation /d' \
			-e "s/^revision .*/revision $revision/" \
			"$base/current/record"
	} | replace "$base/current/record" || return 0
	echo "$generation" | replace "$base/highest"
	result UNCHANGED "revision $revision is what is in force"
}

give_up()
{
	rm -rf "$new" "$try"
	result FAILED "$1"
}

forget_old()
{
	find "$base/gen" -mindepth 1 -maxdepth 1 -name '[0-9]*' |
		sed 's|.*/||' | sort -rn | tail -n "+$((kept + 1))" |
		while read -r old; do
			[ "$old" = "$(current)" ] || [ "$old" = "$former" ] ||
				rm -rf "$base/gen/$old"
		done
}

finish_push()
{
	journal confirmed
	rm -f "$base/journal"
	flush "$base"
	echo "$(now) generation $generation OK" >>"$base/history"
	forget_old
	result OK "revision $revision is in force"
}

back_out()
{
	reason=$1
	step undo "$reason"
	revert
	result "$state" "$reason"
}

await_confirmation()
{
	say RELAYADM-SERVING "$generation"
	[ "$lost" = 0 ] || back_out "the console went away"
	if read -r word token && [ "$word" = confirm ] &&
		[ "$token" = "$nonce" ]; then
		finish_push
	fi
	back_out "the push was not confirmed"
}

apply()
{
	need
	take_lock
	recover
	admit
	admit_unchanged
	new=$base/gen/$generation
	rm -rf "$new" "$base/gen.failed"
	say RELAYADM-SEND "$payload"
	reason=$(stage 2>&1) ||
		give_up "staging: ${reason:-what arrived is not what was sent}"
	choose_index
	step check
	reason=
	check || give_up "$reason"
	former=$(current) || former=none
	if running; then was_running=yes; else was_running=no; fi
	deadline=$(($(now) + wait))
	# shellcheck disable=SC2154 # s is this text, see above
	printf '%s\n' "$s" | replace "$base/gate.sh" ||
		give_up "cannot write $base/gate.sh"
	echo "$generation" | replace "$base/highest" ||
		give_up "cannot write $base/highest"
	cp "$conf/master.cf" "$base/master.before" ||
		give_up "cannot write $base/master.before"
	trap 'lost=1' TERM INT
	step switch
	[ "$lost" = 0 ] || give_up "the console went away"
	switch || back_out "switching: cannot write $conf or $base"
	how=$(needed "$base/master.before")
	step restart "$(explain "$how")"
	activate "$how"
	step verify
	running || back_out "Postfix does not run: $(mta_reason)"
	all_greet "$new/services" ||
		back_out "$silent does not answer: $(mta_reason)"
	await_confirmation
}

status()
{
	need
	gen=$(current) && say RELAYADM-STATUS "managed yes"
	for key in generation revision digest author time; do
		say RELAYADM-STATUS "$key $(value "$base/current/record" $key)"
	done
	say RELAYADM-STATUS "version postfix $(postconf -h mail_version)"
	if running; then say RELAYADM-STATUS "running yes"; fi
	if [ -e "$base/journal" ]; then
		say RELAYADM-STATUS "pending generation $(value "$base/journal" generation) waits for its confirmation"
	fi
	[ -z "$gen" ] || {
		drift 2>/dev/null | while IFS= read -r line; do
			say RELAYADM-STATUS "drift $(clean "$line")"
		done
		while read -r family addr port _; do
			[ "$family" = 4 ] || addr="[$addr]"
			greets "${addr#[}" "$port" && ok=yes || ok=no
			say RELAYADM-STATUS "listener $ok $addr:$port"
		done <"$base/current/services"
	}
	generation=$(value "$base/current/record" generation)
	generation=${generation:-0}
	result OK
}

# The files in force, line by line.
fetch()
{
	need
	gen=$(current) || result OK
	while read -r _ _ path; do
		say RELAYADM-FILE "$path"
		sed 's/^/=/' "$base/gen/$gen/$path" 2>/dev/null
	done <"$base/gen/$gen/manifest"
	result OK
}

# What says who may relay here, as an administrator wrote it.
relay_settings='mynetworks relay_domains mydestination virtual_alias_domains
	virtual_mailbox_domains inet_interfaces inet_protocols transport_maps
	relayhost smtpd_delay_reject smtpd_client_restrictions
	smtpd_helo_restrictions smtpd_sender_restrictions
	smtpd_relay_restrictions smtpd_recipient_restrictions
	smtpd_data_restrictions smtpd_sasl_auth_enable smtpd_tls_security_level
	smtpd_tls_auth_only smtpd_tls_wrappermode
	parent_domain_matches_subdomains'

# Files that these settings name: lists, and the sources of indexed tables.
named_files()
{
	tr ', \t{}' '\n\n\n\n\n' |
		grep -E '^([a-z]+:)?/[A-Za-z0-9._/-]+$' | sed 's/^[a-z]*://' |
		sort -u | head -n 60
}

tell_file()
{
	say RELAYADM-FILE "$1"
	sed 's/^/=/'
}

# Settings, services, and the files that they name up to 2 MB each.
examine()
{
	need
	# shellcheck disable=SC2086 # names
	settings=$(postconf -x $relay_settings 2>/dev/null)
	services=$(postconf -M 2>/dev/null)
	overrides=$(postconf -P 2>/dev/null)
	printf '%s\n' "$settings" | tell_file settings
	printf '%s\n' "$services" | tell_file services
	printf '%s\n' "$overrides" | tell_file overrides
	printf '%s\n%s\n' "$settings" "$overrides" | named_files |
		while read -r path; do
			[ -f "$path" ] || continue
			if [ "$(wc -c <"$path")" -le 2000000 ]; then
				tell_file "$path" <"$path"
			fi
		done
	result OK
}

rollback()
{
	need
	take_lock
	[ -e "$base/journal" ] || result REFUSED "nothing waits for its confirmation"
	recover
	result OK "$state"
}

read_request()
{
	read -r magic version verb nonce || exit 1
	[ "$magic $version" = 'relayadm 1' ] || exit 1
	while read -r key text && [ "$key" != end ]; do
		case $key in
		generation) generation=$text ;;
		revision) revision=$text ;;
		digest) digest=$text ;;
		expected) expected=$text ;;
		author) author=$text ;;
		wait) wait=$text ;;
		force) force=$text ;;
		restart) restart=$text ;;
		manifest) manifest_len=$text ;;
		questions) question_len=$text ;;
		payload) payload=$text ;;
		esac
	done
	[ "$key" = end ] || exit 1
}

main()
{
	trap : HUP PIPE
	case ${1:-} in
	dead-man|boot)
		conf=$(postconf -h config_directory)
		case $1 in
		boot) boot ;;
		*) dead_man "$2" ;;
		esac
		exit 0
		;;
	esac
	read_request
	case $verb in
	apply|status|fetch|examine|rollback) "$verb" ;;
	*) result REFUSED "unknown request" ;;
	esac
}

main "$@"
