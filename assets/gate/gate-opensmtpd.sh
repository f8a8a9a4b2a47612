# What the gate of relayadm does for OpenSMTPD.
# shellcheck shell=sh disable=SC2154,SC2034 # variables of relayadm-gate.sh
#
# smtpd.conf gets one block, which includes a file of the generation in force,
# before the first rule.  Listeners of the administrator that claim an address
# and port of ours are put aside.  Our text comes with words that stand for what
# the administrator has: a certificate, a table of passwords, where mail goes.

opensmtpd_need()
{
	for tool in smtpd smtpctl; do
		command -v "$tool" >/dev/null || no_tool "$tool"
	done
	case $(opensmtpd_version) in
	*' '[0-5].*|*' '6.[0-7].*|'')
		result REFUSED "$(opensmtpd_version) is too old; 6.8 or later is needed"
		;;
	esac
}

opensmtpd_version()
{
	quietly smtpd -h 2>&1 |
		sed -n 's/^version: OpenSMTPD \([0-9.]*\).*/opensmtpd \1/p'
}

opensmtpd_conf()
{
	for main in /etc/smtpd.conf /etc/mail/smtpd.conf \
		/etc/smtpd/smtpd.conf /etc/opensmtpd/smtpd.conf; do
		[ ! -e "$main" ] || break
	done
	conf=$(dirname "$main")
	for owner in opensmtpd _smtpd smtpd mail; do
		id -u "$owner" >/dev/null 2>&1 && break
	done
}

opensmtpd_parent()
{
	pid=$(tr -dc 0-9 2>/dev/null </var/run/smtpd.pid)
	case $(readlink "/proc/${pid:-none}/exe") in
	*/smtpd) echo "$pid" ;;
	*) return 1 ;;
	esac
}

# The process that has the listeners.
opensmtpd_pid()
{
	parent=$(opensmtpd_parent) || return 1
	for stat in /proc/[0-9]*/stat; do
		child=${stat#/proc/}
		child=${child%/stat}
		sed 's/.*) . //' "$stat" 2>/dev/null | grep -q "^$parent " &&
			grep -aEq 'pony express|dispatcher' \
				"/proc/$child/cmdline" 2>/dev/null || continue
		echo "$child"
		return
	done
	return 1
}

opensmtpd_running()
{
	opensmtpd_pid >/dev/null
}

# opensmtpd_act start|stop|reload; what it said is in $base/mta.log
opensmtpd_act()
{
	if [ "$1" = reload ]; then
		opensmtpd_reload >"$base/mta.log" 2>&1 || {
			opensmtpd_act stop
			opensmtpd_act start
		}
		return
	fi
	if [ -d /run/systemd/system ]; then
		quietly systemctl "$1" opensmtpd
	elif [ -x /etc/init.d/opensmtpd ]; then
		quietly /etc/init.d/opensmtpd "$1"
	elif [ "$1" = start ]; then
		quietly smtpd
	else
		kill "$(opensmtpd_parent)"
	fi >"$base/mta.log" 2>&1
	opensmtpd_wait "$1"
}

# Its first process ends last.
opensmtpd_wait()
{
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		case $1 in
		start) opensmtpd_running && return 0 ;;
		stop) opensmtpd_parent >/dev/null || return 0 ;;
		esac
		sleep 0.1
	done
	[ "$1" != 'stop' ] || kill -KILL "$(opensmtpd_parent)"
}

# The tables that differ from those of the generation it comes from, which is the
# new one when that is undone.
opensmtpd_reload()
{
	from=$former
	[ "$(current)" != "$former" ] || from=$generation
	opensmtpd_tables "$base/current/built/smtpd.conf" |
		while read -r table file; do
			cmp -s "$base/gen/$from/$file" \
				"$base/current/$file" && continue
			quietly smtpctl update table "$table" || exit 1
		done
}

# "NAME FILE" of each table of ours.
opensmtpd_tables()
{
	sed -n "s|^table \"\\([^\"]*\\)\" \"file:$base/current/\\([^\"]*\\)\"\$|\\1 \\2|p" "$1"
}

opensmtpd_reason()
{
	quietly smtpd -n 2>&1 | grep -v '^configuration OK' |
		cat - "$base/mta.log" 2>/dev/null | head -n 1 | grep . && return
	for log in /var/log/mail.log /var/log/maillog /var/log/syslog \
		/var/log/messages; do
		[ -r "$log" ] && tail -n 40 "$log"
	done 2>/dev/null | grep -E 'smtpd.*(fatal|bind|failed)' | tail -n 1 |
		sed 's/.*smtpd[^ ]*: //'
}

opensmtpd_explain_restart()
{
	echo "stop and start: sessions under way are ended"
}

# All that it reads but the tables: when this is the same, these are updated.
opensmtpd_listens()
{
	cat "$conf/smtpd.conf" "$base/current/built/smtpd.conf" 2>/dev/null
	return 0
}

opensmtpd_must_restart()
{
	! cmp -s "$base/ports.old" "$base/ports.new"
}

opensmtpd_prepare()
{
	:
}

opensmtpd_placed()
{
	:
}

# --- the administrator's configuration -------------------------------------------------

# Each statement as "LINE LAST-LINE WORDS", without comments.
opensmtpd_statements()
{
	awk '
	{
		line = $0
		bare = ""
		quoted = 0
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1)
			if (c == "\"") quoted = !quoted
			if (c == "#" && !quoted) break
			bare = bare c
		}
		more = sub(/\\[ \t]*$/, "", bare)
		if (text == "") first = NR
		text = text " " bare
		depth += gsub(/[{]/, "{", bare) - gsub(/[}]/, "}", bare)
		if (more || depth > 0) next
		gsub(/[ \t]+/, " ", text)
		sub(/^ /, "", text)
		if (text != "") print first, NR, text
		text = ""
	}' "$1"
}

# The addresses of a name or an interface, "*" for all.
opensmtpd_addresses()
{
	case $1 in
	localhost) echo 127.0.0.1 ::1 ;;
	all) echo '*' ;;
	*[!0-9.]*)
		case $1 in
		*:*)
			echo "$1"
			return
			;;
		esac
		if [ -d "/sys/class/net/$1" ]; then
			ip -o addr show dev "$1" 2>/dev/null |
				sed 's|.* inet6* \([^ /]*\).*|\1|' | tr '\n' ' '
		else
			quietly getent ahosts "$1" | cut -d' ' -f1 | sort -u | tr '\n' ' '
		fi
		;;
	*) echo "$1" ;;
	esac
}

# "LINE LAST-LINE PORT ADDRESS..." of each listener.
opensmtpd_listeners()
{
	opensmtpd_statements "$1" | sed -n '/^[0-9]* [0-9]* listen on /p' |
		tr -d '"' | while read -r line last _ _ where rest; do
		port=25
		case " $rest " in *' smtps '*) port=465 ;; esac
		# shellcheck disable=SC2086 # words
		set -- $rest
		while [ $# -gt 1 ]; do
			[ "$1" != port ] || port=$2
			shift
		done
		case $port in
		smtp) port=25 ;;
		submission) port=587 ;;
		smtps) port=465 ;;
		esac
		[ "$where" = socket ] ||
			echo "$line $last $port $(opensmtpd_addresses "$where")"
	done
}

# The file $1 with the listeners put aside that claim what $2 listens on.
opensmtpd_put_aside()
{
	opensmtpd_listeners "$1" >"$scrap/listeners"
	awk -v off="$off" '
	FILENAME == ARGV[1] { port[++n] = $3; addr[n] = $2; next }
	FILENAME == ARGV[2] {
		for (i = 1; i <= n; i++)
			for (k = 4; k <= NF; k++)
				if (port[i] == $3 && ($k == "*" || \
				    $k == addr[i] || wild(addr[i], $k) || \
				    wild($k, addr[i])))
					for (l = $1; l <= $2; l++) aside[l] = 1
		next
	}
	function wild(a, b) {
		return (a == "0.0.0.0" && b !~ /:/) || (a == "::" && b ~ /:/)
	}
	{ print (FNR in aside ? off : "") $0 }' "$2" "$scrap/listeners" "$1"
}

# Before the first rule.
opensmtpd_with_block()
{
	before=$(opensmtpd_statements "$1" |
		sed -n 's/^\([0-9]*\) [0-9]* match .*/\1/p' | head -n 1)
	awk -v before="${before:-0}" -v begin="$begin" -v end="$end" \
		-v file="$base/current/built/smtpd.conf" '
	function block() {
		print begin
		print "include \"" file "\""
		print end
		done = 1
	}
	NR == before { block() }
	{ print }
	END { if (!done) block() }' "$1"
}

# The action of the administrator's first rule for such mail that does not ask
# where it comes from, as it was given: for local, for any.
opensmtpd_action()
{
	opensmtpd_statements "$1" | grep -E '^[0-9]+ [0-9]+ match ' |
		grep -Ev ' (tag|auth|helo|tls|mail-from|rcpt-to|src|rdns|socket) ' |
		grep -E " for $2 (.* )?action " | head -n 1 |
		sed 's/.* action //; s/ *$//; s/"//g'
}

# Is the action defined before the first rule, where our block stands?
opensmtpd_defined()
{
	opensmtpd_statements "$1" |
		sed '/^[0-9]* [0-9]* match /,$d' | tr -d '"' |
		grep -q "^[0-9]* [0-9]* action $2 "
}

opensmtpd_pki()
{
	opensmtpd_statements "$1" |
		sed -n 's/^[0-9]* [0-9]* pki \([^ ]*\) cert .*/\1/p' | head -n 1
}

# The table of passwords that the administrator's listeners have; "" for the
# users of the system.
opensmtpd_users()
{
	opensmtpd_statements "$1" |
		sed -n 's/^[0-9]* [0-9]* listen .* auth\(-optional\)* \(<[^>]*>\).*/\2/p' |
		head -n 1
}

# --- building ---------------------------------------------------------------------------

opensmtpd_build_text()
{
	here=$(opensmtpd_action "$new/bare" local)
	away=$(opensmtpd_action "$new/bare" any)
	[ -n "$here" ] || echo 'action "relayadm_here" mbox'
	[ -n "$away" ] || echo 'action "relayadm_away" relay'
	sed -e "s|@PKI@|$(opensmtpd_pki "$new/bare")|" \
		-e "s|@USERS@ *|$(opensmtpd_users "$new/bare") |" \
		-e "s|action \"relayadm_here\"\$|action \"${here:-relayadm_here}\"|" \
		-e "s|action \"relayadm_away\"\$|action \"${away:-relayadm_away}\"|" \
		"$new/conf"
}

# The same text with the files of the folder itself, for checking.
opensmtpd_here()
{
	sed "s|$base/current/|$new/|g" "$1"
}

# What OpenSMTPD takes for its own name, and so for local.
opensmtpd_name()
{
	{
		head -n 1 /etc/mailname 2>/dev/null || quietly hostname -f ||
			hostname
	} 2>/dev/null | tr '[:upper:]' '[:lower:]' | grep -x '[a-z0-9.-]*'
}

# Does a row of side $1 cover the name $2?
opensmtpd_covered()
{
	sed -n "s|^table \"relayadm_$1_to_.*\" \"file:$base/current/\(.*\)\"\$|\1|p" \
		"$new/smtpd/conf" | while read -r table; do
		grep -v '^# ' "$new/$table"
	done >"$new/rows"
	grep -qxF "$2" "$new/rows" && return 0
	grep '^\^' "$new/rows" >"$new/rows.regex" || return 1
	echo "$2" | grep -qE -f "$new/rows.regex"
}

# Our text with what only the gateway knows: where "." says reject, what is routed
# at the gateway's own name is rejected too, unless a row covers that.
opensmtpd_with_own()
{
	own=$(opensmtpd_name)
	refused='reject "550 5.7.1 Recipient domain refused"$'
	sides=$(sed -n "s|^filter \"relayadm_\([0-9]*\)_.*_rest> $refused|\1|p" \
		"$new/smtpd/conf" | while read -r n; do
		[ -z "$own" ] || opensmtpd_covered "$n" "$own" || echo "$n"
	done | tr '\n' ' ')
	rm -f "$new/rows" "$new/rows.regex"
	awk -v own="$own" -v sides=" $sides" -v refused="$refused" '
	BEGIN { gsub(/[.]/, "[.]", own) }
	{ n = $2; sub(/^"relayadm_/, "", n); sub(/[_"].*/, "", n) }
	/^filter .* chain / && n in last {
		at = index($0, last[n])
		$0 = substr($0, 1, at - 1) last[n] ", \"relayadm_" n "_own\"" \
			substr($0, at + length(last[n]))
	}
	{ print }
	/^filter .*_rest> reject / && $0 ~ refused && index(sides, " " n " ") {
		last[n] = $2
		print "table \"relayadm_" n "_own\" { \"^.*@" own "$\" }"
		print "filter \"relayadm_" n "_own\" phase rcpt-to match " \
			"rcpt-to regex <relayadm_" n "_own> " \
			substr(refused, 1, length(refused) - 1)
	}' "$new/smtpd/conf"
}

opensmtpd_build()
{
	mkdir -p "$new/built" "$new/placed" || return 1
	restored "$main" >"$new/bare" || return 1
	opensmtpd_with_own >"$new/conf" &&
		opensmtpd_build_text >"$new/built/smtpd.conf" &&
		opensmtpd_put_aside "$new/bare" "$new/services" >"$new/aside" &&
		opensmtpd_with_block "$new/aside" >"$new/placed/smtpd.conf" &&
		echo smtpd.conf >"$new/placed/list" &&
		opensmtpd_here "$new/built/smtpd.conf" >"$new/built/try" &&
		sed "s|$base/current/built/smtpd.conf|$new/built/try|" \
			"$new/placed/smtpd.conf" >"$new/try.conf" || return 1
	(cd "$new/built" && sha256sum smtpd.conf) >"$new/built.sum"
}

# --- checking what is staged --------------------------------------------------------------

# Prints what it has against a configuration.
opensmtpd_against()
{
	quietly smtpd -n -f "$1" 2>&1 | grep -v '^configuration OK$'
}

opensmtpd_check_settings()
{
	opensmtpd_against "$new/bare" | head -n 1 |
		sed 's/^/OpenSMTPD does not take its own: /'
	opensmtpd_statements "$new/bare" | grep -m 1 'relayadm_' |
		sed 's/^[0-9]* [0-9]* \(.*\)/\1 has a name that begins with relayadm_, which are taken; rename it/'
	if grep -q '@PKI@' "$new/smtpd/conf" &&
		[ -z "$(opensmtpd_pki "$new/bare")" ]; then
		echo "a server offers TLS, but $main has no pki; define one" \
			"or set authentication.tls to none"
	fi
	for what in local any; do
		action=$(opensmtpd_action "$new/bare" $what)
		[ -z "$action" ] || opensmtpd_defined "$new/bare" "$action" ||
			echo "the action $action must be defined before the" \
				"first rule of $main"
	done
	opensmtpd_against "$new/try.conf"
}

# Our text for a scratch server: the client says which address it has and, in
# its greeting, whether it has logged on; mail is for whomever; no TLS.  Listener
# N of the services is on port $first + N.
opensmtpd_scratch_text()
{
	here=$(opensmtpd_action "$new/bare" local)
	away=$(opensmtpd_action "$new/bare" any)
	cat <<-'END'
	table "relayadm_try_on" { "on.relayadm.invalid" }
	table "relayadm_try_all" { "@" = "nobody" }
	action "relayadm_try_here" mbox virtual <relayadm_try_all>
	action "relayadm_try_away" relay
	END
	opensmtpd_here "$new/conf" | awk -v first="$first" '
	FILENAME == ARGV[1] { at[$2 " " $3] = ++n; next }
	/^listen on / {
		tag = $0
		sub(/.* tag /, "", tag)
		print "listen on 127.0.0.1 port " first + at[$3 " " $5] \
			" proxy-v2 tag " tag
		next
	}
	/^filter / {
		sub(/ match auth /, " match helo <relayadm_try_on> ")
		sub(/ match !auth /, " match !helo <relayadm_try_on> ")
	}
	/^match / {
		sub(/" auth from /, "\" helo <relayadm_try_on> from ")
		sub(/"relayadm_here"$/, "\"relayadm_try_here\"")
		sub(/"relayadm_away"$/, "\"relayadm_try_away\"")
	}
	{ print }' "$new/services" -
}

# In folders of its own in place of its spool and of /run, and without a resolver.
opensmtpd_scratch_run()
{
	# shellcheck disable=SC2016 # the inner shell's
	setsid unshare --mount sh -c '
		mount --make-rprivate / &&
		mount --bind "$1/resolv.conf" "$(readlink -f /etc/resolv.conf)" &&
		mkdir -p "$1/run" "$1/spool" && chmod 711 "$1/spool" &&
		mount --bind "$1/spool" /var/spool/smtpd &&
		mount --bind "$1/run" "$(readlink -f /var/run)" || exit 1
		exec smtpd -d -P mda -P mta -f "$1/conf"' - "$try" \
		</dev/null >"$try/log" 2>&1 9>&- &
	scratch=$!
}

# Numbers behind which as many ports as there are listeners are free, at most
# four; where to begin is left to chance.
opensmtpd_ports()
{
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v n="$(wc -l <"$new/services")" -v at="$(od -An -N2 -tu2 /dev/urandom)" '
	function hex(t, i, x) {
		for (i = 1; i <= length(t); i++)
			x = x * 16 + index("0123456789ABCDEF", substr(t, i, 1)) - 1
		return x
	}
	$2 ~ /:/ { sub(/.*:/, "", $2); taken[hex($2)] }
	END {
		for (tried = 0; tried < 900 && found < 4; tried++) {
			first = 21000 + (at + tried) % 900 * 10
			for (i = 1; i <= n && !((first + i) in taken); i++);
			if (i <= n) continue
			print first
			found++
			tried += int(n / 10)
		}
	}'
}

# opensmtpd_scratch_start COMMAND: what it prints is the configuration.
opensmtpd_scratch_start()
{
	rm -rf "$try"
	mkdir -p "$try/sessions" || return 1
	echo 'nameserver 127.255.255.254' >"$try/resolv.conf"
	: >"$try/log"
	for first in $(opensmtpd_ports); do
		"$1" >"$try/conf" || return 1
		opensmtpd_scratch_run
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			sleep 0.2
			kill -0 "$scratch" 2>/dev/null || break
			opensmtpd_listening && return 0
		done
		opensmtpd_scratch_stop
	done
	return 1
}

# Is it ours, and not somebody else, who listens on the first port?
opensmtpd_listening()
{
	socket=$(awk -v at="0100007F:$(printf '%04X' $((first + 1)))" \
		'$2 == at && $4 == "0A" { print $10 }' /proc/net/tcp)
	[ -n "$socket" ] || return 1
	for pid in $scratch $(cat /proc/[0-9]*/stat 2>/dev/null |
		sed 's/(.*)/-/' | awk -v of="$scratch" '$4 == of { print $1 }'); do
		ls -l "/proc/$pid/fd" 2>/dev/null
	done | grep -qF "socket:[$socket]"
}

opensmtpd_scratch_stop()
{
	kill "$scratch" 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill -0 "$scratch" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL "$scratch"
}

# Sessions from the questions, of at most 20 recipients: the files N.head, N.ask
# and N.line (what was asked for).  Clients with a name are left out, for there
# is no resolver.
opensmtpd_sessions()
{
	sort -t "$tab" -k 1,2 -k 4,4 -s "$new/questions" |
		awk -F '\t' -v dir="$try/sessions" -v first="$first" '
	function octet(n) { return sprintf("\\%03o", n) }
	function four(a, p) {
		split(a, p, ".")
		return octet(p[1]) octet(p[2]) octet(p[3]) octet(p[4])
	}
	function digit(c) { return index("0123456789abcdef", c) - 1 }
	function six(a, h, t, n, m, i, out, g) {
		n = split(a, h, "::")
		m = split(h[1], g, ":")
		for (i = 1; i <= m; i++) out = out group(g[i])
		if (n < 2) return out
		n = split(h[2], t, ":")
		for (i = m + n; i < 8; i++) out = out group("0")
		for (i = 1; i <= n; i++) out = out group(t[i])
		return out
	}
	function group(g) {
		g = substr("0000" g, length(g) + 1)
		return octet(digit(substr(g, 1, 1)) * 16 + \
			digit(substr(g, 2, 1))) \
			octet(digit(substr(g, 3, 1)) * 16 + \
			digit(substr(g, 4, 1)))
	}
	function header(a, v6) {
		v6 = a ~ /:/
		return "\\015\\012\\015\\012\\000\\015\\012QUIT\\012\\041" \
			(v6 ? "\\041\\000\\044" six(a) six("::1") : \
			"\\021\\000\\014" four(a) four("127.0.0.1")) \
			"\\004\\000\\000\\031"
	}
	$3 != "-" { next }
	{ key = $1 "\t" $2 "\t" $4 }
	key != last || asked == 20 {
		if (n) close(dir "/" n ".ask")
		if (n) close(dir "/" n ".line")
		n++
		asked = 0
		last = key
		print "127.0.0.1", first + $1, ($4 == 1 ? "on" : "off") \
			".relayadm.invalid", header($2) > (dir "/" n ".head")
		close(dir "/" n ".head")
	}
	{
		asked++
		print $5 > (dir "/" n ".ask")
		print > (dir "/" n ".line")
	}
	END { print n + 0 }'
}

# Eight at a time; not the scratch server must be waited for.
opensmtpd_ask()
{
	n=$(opensmtpd_sessions) i=0 asking=
	while [ "$i" -lt "$n" ] && ! late; do
		i=$((i + 1))
		smtp_session "$try/sessions/$i" 60 &
		asking="$asking $!"
		[ $((i % 8)) -ne 0 ] && [ "$i" -lt "$n" ] && continue
		# shellcheck disable=SC2086 # words
		wait $asking
		asking=
	done
}

# "QUESTION<tab>REPLY" of each that was asked, of $1 sessions.  OpenSMTPD itself
# refuses every local part in quotation marks: that is as wanted.
opensmtpd_answers()
{
	i=0
	while [ "$i" -lt "$1" ]; do
		i=$((i + 1))
		paste -d "$tab" "$try/sessions/$i.line" "$try/sessions/$i.said"
	done | awk -F '\t' -v OFS='\t' '
	$5 ~ /"/ && $7 ~ /^5/ { $6 = substr($7, 1, 3) }
	{ print }'
}

opensmtpd_check_behaviour()
{
	tab=$(printf '\t')
	opensmtpd_scratch_start opensmtpd_scratch_text || {
		echo "the staged files cannot be asked: $(tail -n 1 "$try/log")"
		return
	}
	opensmtpd_ask
	opensmtpd_scratch_stop
	opensmtpd_answers "$i" | in_words | head -n 1
}

opensmtpd_check()
{
	settings=$(opensmtpd_check_settings | head -n 1)
	[ -z "$settings" ] || { reason="settings: $settings"; return 1; }
	wrong=$(opensmtpd_check_behaviour)
	[ -z "$wrong" ] || { reason="behaviour: $wrong"; return 1; }
	rm -f "$new/bare" "$new/aside" "$new/try.conf" "$new/built/try" \
		"$new/conf"
}

# --- drift ------------------------------------------------------------------------------------

opensmtpd_clashes()
{
	# On a full disk nothing can be said of it.
	restored "$conf/smtpd.conf" >"$scrap/bare" &&
		sed "/^$begin\$/,/^$end\$/d" "$conf/smtpd.conf" >"$scrap/now" ||
		return 0
	opensmtpd_put_aside "$scrap/now" "$1/services" |
		grep -vxF -f "$scrap/now" |
		sed "s|^$off\(.*\)|$conf/smtpd.conf: \1 claims a listener of relayadm|"
	sed -n "/^$begin\$/,\$!p" "$conf/smtpd.conf" |
		grep -q '^[ 	]*match[ 	]' &&
		echo "$conf/smtpd.conf: a rule stands before the part of relayadm"
	opensmtpd_clashing_action "$1" local here
	opensmtpd_clashing_action "$1" any away
}

# The administrator has another action for such mail by now: ours still goes by
# the one that he had.
opensmtpd_clashing_action()
{
	now=$(opensmtpd_action "$scrap/bare" "$2")
	now=${now:-relayadm_$3}
	grep -q "action \"relayadm_$3\"\$" "$1/smtpd/conf" &&
		! grep -qF " action \"$now\"" "$1/built/smtpd.conf" &&
		echo "$conf/smtpd.conf: mail for $2 goes by the action $now now; push again to use it"
}

# --- what is in force -------------------------------------------------------------------------

opensmtpd_scratch_end()
{
	[ -z "${scratch:-}" ] || opensmtpd_scratch_stop
}

# The statements of the file $1, a line each, and of those that it includes, $2
# deep.
opensmtpd_inlined()
{
	opensmtpd_statements "$1" | sed 's/^[0-9]* [0-9]* //' |
		while IFS= read -r statement; do
		case $statement in
		'include '*)
			included=$(echo "$statement" |
				sed 's/^include *"*\([^" ]*\).*/\1/')
			if [ "$2" -lt 8 ] && [ -r "$included" ]; then
				opensmtpd_inlined "$included" $(($2 + 1))
			else
				printf '%s\n' "$statement"
			fi
			;;
		*) printf '%s\n' "$statement" ;;
		esac
	done
}

# What it reads as it stands, for a scratch server as opensmtpd_scratch_text has
# it: of the listeners those that are asked, every action does the same, and
# programs of the administrator's are not begun.
opensmtpd_now_text()
{
	cat <<-'END'
	table "relayadm_try_on" { "on.relayadm.invalid" }
	table "relayadm_try_all" { "@" = "nobody" }
	END
	awk -v first="$first" '
	FILENAME == ARGV[1] { at[$2 " " $3] = ++n; next }
	/^listen on / {
		port = 25
		tag = filter = ""
		for (i = 4; i <= NF; i++) {
			if ($i == "port") port = $(i + 1)
			if ($i == "tag") tag = " tag " $(i + 1)
			if ($i == "filter") {
				filter = $0
				sub(/.* filter /, "", filter)
				if (filter ~ /^"/)
					filter = substr(filter, 1, \
						index(substr(filter, 2), "\"") + 1)
				else if (filter ~ /^[{]/)
					sub(/[}].*/, "}", filter)
				else
					sub(/ .*/, "", filter)
				filter = " filter " filter
			}
		}
		gsub(/"/, "", $3)
		if (port == "smtp") port = 25
		if (port == "submission") port = 587
		if (port == "smtps") port = 465
		if (($3 " " port) in at)
			print "listen on 127.0.0.1 port " \
				first + at[$3 " " port] " proxy-v2" tag filter
		next
	}
	/^action / {
		print $1, $2, $3 == "relay" ? "relay" : \
			"mbox virtual <relayadm_try_all>"
		next
	}
	/^proc / || /^filter [^ ]* proc(-exec)? / { next }
	(/^filter / || /^match /) && !/ !?auth [<"]/ {
		sub(/ auth /, " helo <relayadm_try_on> ")
		sub(/ !auth /, " !helo <relayadm_try_on> ")
	}
	{ print }' "$new/services" "$new/whole"
}

# The listeners of $new/services that are none any more.
opensmtpd_gone()
{
	first=0
	opensmtpd_now_text |
		sed -n 's/^listen on 127.0.0.1 port \([0-9]*\) .*/\1/p' \
		>"$new/there"
	awk 'FILENAME == ARGV[1] { there[$1]; next }
		!(FNR in there) { print $2 " port " $3 }' "$new/there" \
		"$new/services"
}

opensmtpd_in_force()
{
	tab=$(printf '\t')
	opensmtpd_inlined "$main" 0 >"$new/whole" || return 1
	gone=$(opensmtpd_gone | head -n 1)
	[ -z "$gone" ] || {
		reason="$main has no listener on $gone any more"
		return 1
	}
	opensmtpd_scratch_start opensmtpd_now_text || {
		reason="an OpenSMTPD to ask does not start: $(tail -n 1 "$try/log")"
		return 1
	}
	opensmtpd_ask
	opensmtpd_scratch_stop
	opensmtpd_answers "$i" >"$new/answers"
	awk -F '\t' '$3 == "-"' "$new/questions" >"$new/attempted"
}

# Files that a configuration includes, and tables that are files.
opensmtpd_named_files()
{
	sed -n 's/^[ 	]*include[ 	][ 	]*"\{0,1\}\(\/[^" 	]*\).*/\1/p' "$1"
	grep -E '^[ 	]*table[ 	]' "$1" | tr ' \t"' '\n\n\n' |
		sed -n 's|^file:/|/|; /^\/[A-Za-z0-9._\/-]*$/p' |
		grep -Ev '(secret|passw|cred|user)'
}

# "NAME ADDRESS..." of what it listens on by name.
opensmtpd_names()
{
	sed -n 's/^[ 	]*listen[ 	][ 	]*on[ 	][ 	]*"\{0,1\}\([^" 	]*\).*/\1/p' "$1" |
		sort -u | while read -r name; do
		case $name in
		*[!a-zA-Z0-9._-]*|socket|all|localhost|*[0-9]) ;;
		*) echo "$name $(opensmtpd_addresses "$name")" ;;
		esac
	done
}

# The administrator's own configuration, without our part.
opensmtpd_examine()
{
	tell_current
	new=$base/examine
	rm -rf "$new"
	mkdir "$new" && chmod 700 "$new" &&
		restored "$main" >"$new/config" ||
		result FAILED "cannot read $main"
	sed '/^[ 	]*table[ 	].*{.*=.*}/d' "$new/config" | tell_file config
	own_addresses | tell_file addresses
	{
		cat /etc/mailname 2>/dev/null || hostname -f 2>/dev/null
	} | tell_file hostname
	opensmtpd_names "$new/config" | tell_file names
	tell_files opensmtpd_named_files "$new/config"
	rm -rf "$new"
}
