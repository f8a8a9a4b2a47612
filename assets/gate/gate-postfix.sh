# What the gate of relayadm does for Postfix.
# shellcheck shell=sh disable=SC2154,SC2034 # variables of relayadm-gate.sh

postfix_need()
{
	for tool in postfix postconf postmap; do
		command -v "$tool" >/dev/null || no_tool "$tool"
	done
	said=$(quietly postconf -h config_directory 2>&1) ||
		result REFUSED "postconf does not work: $said"
	version=$(quietly postconf -h mail_version)
	case $version in
	[012].*) result REFUSED "Postfix $version is too old; 3.4 or later is needed" ;;
	esac
}

postfix_conf()
{
	conf=$(quietly postconf -h config_directory)
	owner=$(quietly postconf -h mail_owner)
}

postfix_version()
{
	echo "postfix $(quietly postconf -h mail_version)"
}

postfix_pid()
{
	tr -d ' ' 2>/dev/null \
		<"$(postfix_setting "$conf" queue_directory)/pid/master.pid"
}

postfix_placed()
{
	:
}

postfix_explain_restart()
{
	echo "stop and start: sessions under way are ended"
}

postfix_setting()
{
	quietly postconf -c "$1" -xh "$2" 2>/dev/null
}

postfix_running()
{
	quietly postfix status >/dev/null 2>&1
}

# postfix_act start|stop|reload; what it said is in $base/mta.log
postfix_act()
{
	if [ "$1" != reload ] && [ -d /run/systemd/system ]; then
		quietly systemctl "$1" postfix >"$base/mta.log" 2>&1
	else
		quietly postfix "$1" >"$base/mta.log" 2>&1
	fi
}

# Why Postfix does not serve, as far as it left word of it.
postfix_reason()
{
	for log in /var/log/mail.log /var/log/maillog /var/log/syslog \
		/var/log/messages; do
		[ -r "$log" ] && tail -n 40 "$log"
	done 2>/dev/null | cat - "$base/mta.log" 2>/dev/null |
		grep -E 'fatal|panic' | tail -n 1 | sed 's/.*\(fatal\|panic\): //'
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
	awk -v off="$off" -v own="$2" -v inet="$(postfix_setting "$conf" \
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

postfix_listens()
{
	inet_services "$conf/master.cf" | sort
}

# Does a new listener claim a port that another service gives up?  Postfix binds
# new sockets before it closes old ones, so a reload would end it.
postfix_must_restart()
{
	comm -23 "$base/ports.old" "$base/ports.new" | cut -d' ' -f3 |
		sort -u >"$base/ports.gone"
	comm -13 "$base/ports.old" "$base/ports.new" | cut -d' ' -f3 |
		grep -qxF -f "$base/ports.gone"
}

# Services that somebody added on a listener of ours.
postfix_clashes()
{
	sed "/^$begin\$/,/^$end\$/d" "$conf/master.cf" >"$scrap/bare"
	put_aside "$scrap/bare" "$1/services" >"$scrap/aside"
	grep -vxF -f "$scrap/bare" "$scrap/aside" |
		sed -n "s|^$off\([^ 	]*\).*|$conf/master.cf: the service \1 claims a listener of relayadm|p"
}

# Chooses the type of indexed maps.
postfix_prepare()
{
	types=$(quietly postconf -m)
	for index in lmdb cdb hash; do
		echo "$types" | grep -qx "$index" && return 0
	done
	echo "Postfix has no type of indexed map"
	return 1
}

# Domains of $new/inbound that the gateway's own settings have a place for.
known_domains()
{
	sed 's/^\.//' "$new/inbound" | sort -u >"$new/domains"
	for list in mydestination virtual_alias_domains \
		virtual_mailbox_domains relay_domains; do
		for word in $(postfix_setting "$new/placed" "$list" | tr ',' ' '); do
			case $word in
			/*) cat "$word" ;;
			*:*) bounded postmap -c "$new/placed" -q - "$word" \
				<"$new/domains" | cut -f1 ;;
			*) echo "$word" ;;
			esac
		done
	done 2>/dev/null | tr '[:upper:]' '[:lower:]'
}

# What transport_maps gets from us: next hops, and the inbound domains that
# nothing else on the gateway would deliver.  The others have a row only if they
# are within a domain that goes elsewhere.
make_transport()
{
	delivery=/dev/null
	[ ! -e "$new/delivery" ] || delivery=$new/delivery
	[ -e "$new/inbound" ] || {
		cat "$delivery"
		return 0
	}
	known_domains >"$new/known"
	awk -v to="$(postfix_setting "$new/placed" local_transport)" '
	FILENAME == ARGV[1] { known[$1]; next }
	FILENAME == ARGV[2] {
		d = $1
		sub(/^\./, "", d)
		if (!(d in known)) {
			ours[$1]
			print $1, to
		}
		next
	}
	!($1 in ours)' "$new/known" "$new/inbound" "$delivery"
}

postfix_build()
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
	printf 'main.cf\nmaster.cf\n' >"$new/placed/list"
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
		theirs=$(quietly postconf -c "$new/placed" -h transport_maps)
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
		[ -z "$(postfix_setting "$conf" smtpd_tls_cert_file)$(postfix_setting "$conf" \
		smtpd_tls_eccert_file)$(postfix_setting "$conf" \
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
	chgrp "$(postfix_setting "$conf" setgid_group)" "$try/queue/public" \
		"$try/queue/maildrop"
	chmod 710 "$try/queue/public"
	chmod 755 "$try" "$try/etc"
	cp "$new/placed/main.cf" "$try/etc/main.cf" || return 1
	scratch_services >"$try/etc/master.cf" || return 1
	: >"$try/log"
	quietly postconf -c "$try/etc" -e "queue_directory = $try/queue" \
		"data_directory = $try/data" "maillog_file = $try/log" \
		'transport_maps =' 'in_flow_delay = 0' \
		'multi_instance_enable = no' 2>/dev/null || return 1
	age "$try/etc"/*
	quietly "$(postfix_setting "$conf" daemon_directory)/master" -w \
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

# What master.cf sets for service $1, as NAME=VALUE.
service_options()
{
	quietly postconf -c "$new/placed" -P 2>/dev/null |
		awk -v at="$1/inet/" 'index($0, at) == 1 {
			$0 = substr($0, length(at) + 1)
			sub(/ = ?/, "=")
			print
		}' | sed "s|$base/current/|$tables/|g"
}

# smtpd with the settings of service $1, as the network would see it.
ask_smtpd()
{
	service=$1
	set --
	while IFS= read -r line; do
		set -- "$@" -o "$line"
	done <<-END
	$(service_options "$service")
	END
	MAIL_CONFIG=$try/etc timeout 60 chroot \
		--userspec="$owner:$(id -gn "$owner")" / \
		"$(postfix_setting "$conf" daemon_directory)/smtpd" -S "$@" \
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

# "QUESTION<tab>REPLY" of each question of listener $1 that was answered.
answered()
{
	tr -d '\r' <"$try/answers" | grep -v '^[0-9][0-9][0-9]-' |
		awk -F '\t' -v k="$1" '
	pass == 1 {
		if ($1 == k) question[++n] = $0
		next
	}
	{ line++; i = int((line + 3) / 5); part = (line + 3) % 5 }
	part == 2 { mail = $0 }
	line > 1 && part == 3 && i <= n {
		print question[i] "\t" (mail ~ /^2/ ? $0 : mail)
	}' pass=1 "$new/questions" pass=2 -
}

# The name of a service: its family, address, port.
service_name()
{
	case $1 in
	6) echo "[$2]:$3" ;;
	*) echo "$2:$3" ;;
	esac
}

# Asks listener $1, which is service $2; the answers are in $try/said.  Says when
# not all were answered.
ask_listener()
{
	dialogue "$1" >"$try/dialogue"
	ask_smtpd "$2" <"$try/dialogue" >"$try/answers" 2>>"$try/log"
	answered "$1" >"$try/said"
	awk -F '\t' -v k="$1" '
	FILENAME == ARGV[1] { n += $1 == k; next }
	{ got++ }
	END { if (got < n) print "smtpd answered " got + 0 " of " n \
		" questions" }' "$new/questions" "$try/said"
}

# Silent when all is as the policy says; else what the first listener with a
# wrong answer says.
check_answers()
{
	k=0
	while read -r family addr port _; do
		k=$((k + 1))
		missing=$(ask_listener "$k" \
			"$(service_name "$family" "$addr" "$port")")
		{
			in_words <"$try/said"
			[ -z "$missing" ] || echo "$missing"
		} >"$try/differ"
		cat "$try/differ"
		[ ! -s "$try/differ" ] || break
	done <"$new/services"
}

check_behaviour()
{
	tables=$new
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

postfix_check()
{
	tables=$(check_tables)
	[ -z "$tables" ] || { reason="tables: $tables"; return 1; }
	settings=$(check_settings)
	[ -z "$settings" ] || { reason="settings: $settings"; return 1; }
	wrong=$(check_behaviour)
	[ -z "$wrong" ] || { reason="behaviour: $wrong"; return 1; }
}

# --- what is in force ----------------------------------------------------------------------------

postfix_scratch_end()
{
	scratch_stop
}

# What $1 holds, read from another folder.
postfix_as_there()
{
	sed -e "s|\${config_directory}|$conf|g" \
		-e "s|\$(config_directory)|$conf|g" \
		-e "s|\$config_directory|$conf|g" "$1"
}

# Asked as the staged files are, from the settings as they stand.
postfix_in_force()
{
	tables=$base/current
	mkdir "$new/placed" &&
		postfix_as_there "$conf/main.cf" >"$new/placed/main.cf" &&
		postfix_as_there "$conf/master.cf" >"$new/placed/master.cf" &&
		cp "$new/placed/master.cf" "$new/master.cf" &&
		age "$new/placed"/* || return 1
	quietly postconf -c "$new/placed" -M >"$new/services.now" 2>/dev/null || {
		reason="postconf cannot read $conf/master.cf"
		return 1
	}
	scratch_start || {
		reason="a Postfix to ask does not start: $(postfix_scratch_said)"
		return 1
	}
	k=0
	while read -r family addr port _; do
		k=$((k + 1))
		late || postfix_ask_now "$k" \
			"$(service_name "$family" "$addr" "$port")"
	done <"$new/services"
}

# ask_now LISTENER SERVICE
postfix_ask_now()
{
	program=$(awk -v name="$2" '$1 == name && $2 == "inet" { print $8 }' \
		"$new/services.now")
	case $program in
	smtpd) ;;
	'')
		unasked "$1" "there is no service $2 in $conf/master.cf"
		return
		;;
	*)
		unasked "$1" "$conf/master.cf: the service $2 is $program, and not smtpd"
		return
		;;
	esac
	missing=$(ask_listener "$1" "$2")
	cat "$try/said" >>"$new/answers"
	[ -z "$missing" ] ||
		unasked "$1" "$missing: $(postfix_scratch_said)"
}

postfix_scratch_said()
{
	grep -E 'warning|error|fatal|panic' "$try/log" 2>/dev/null |
		tail -n 1 | sed 's/.*\(warning\|error\|fatal\|panic\): //'
}

# --- what it had before ---------------------------------------------------------------------------

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
	# shellcheck disable=SC2020 # five characters
	tr ', \t{}' '\n\n\n\n\n' |
		grep -E '^([a-z]+:)?/[A-Za-z0-9._/-]+$' | sed 's/^[a-z]*://' |
		sort -u | head -n 60
}

# Settings, services, and the files that they name up to 2 MB each.
postfix_examine()
{
	# shellcheck disable=SC2086 # names
	settings=$(quietly postconf -x $relay_settings 2>/dev/null)
	services=$(quietly postconf -M 2>/dev/null)
	overrides=$(quietly postconf -P 2>/dev/null)
	printf '%s\n' "$settings" | tell_file settings
	printf '%s\n' "$services" | tell_file services
	printf '%s\n' "$overrides" | tell_file overrides
	printf '%s\n%s\n' "$settings" "$overrides" | named_files |
		while read -r path; do
			[ -f "$path" ] || continue
			if [ "$(wc -c <"$path")" -le 2000000 ]; then
				# shellcheck disable=SC2094 # it is only named
				tell_file "$path" <"$path"
			fi
		done
}
