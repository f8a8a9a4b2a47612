# The part of relayadm that runs on a gateway, as root.  It is sent along with
# every request and read by the shell that the console starts:
#     read -r n && s=$(dd bs="$n" count=1 iflag=fullblock) && eval "$s"
# Then it reads the request from standard input.  POSIX sh with coreutils,
# the mail server, and flock and setsid of util-linux.  This file is followed by
# gate-postfix.sh, gate-exim.sh, gate-opensmtpd.sh, gate-ask.sh and gate-main.sh;
# what a mail server does its own way is in functions that begin with its name,
# "${mta}_".  A copy stays in /var/lib/relayadm/gate.sh: "sh gate.sh boot" before
# the mail server starts (a unit, or cron's @reboot) undoes a push that the machine
# did not survive.
# shellcheck shell=sh disable=SC2034,SC2154 # some are of the other files

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
mta=postfix title=Postfix
nonce=- verb=- generation=0 revision=0 digest=- expected=- author=- wait=120
force=0 restart=0 manifest_len=0 question_len=0 live_len=0 payload=0
base_digest=- forms_len=0 short=0 form=whole
address=- port=- all=0
scrap=$base until=0
lost=0
patience=25 phase_end=0

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

# Seconds since the machine started, in $up: nobody sets that clock.
tick()
{
	read -r up _ </proc/uptime
	up=${up%.*}
}

# All that the following runs ends within about $1 seconds.
phase()
{
	tick
	phase_end=$((up + $1))
}

# Runs a program that must neither read the request nor keep the lock, and that
# may hang.
quietly()
{
	bounded "$@" </dev/null
}

# The same, with standard input.
bounded()
{
	tick
	span=$((phase_end - up))
	[ "$span" -le "$patience" ] || span=$patience
	[ "$span" -ge 2 ] || span=2
	timeout -k 2 "$span" "$@" 9>&-
	ended=$?
	case $ended in
	124|137) echo "$1 did not end within $span seconds" >&2 ;;
	esac
	return "$ended"
}

# --- small things ---------------------------------------------------------------

now()
{
	date +%s
}

# Onto the disk.  Where sync takes no names, all is written.
flush()
{
	sync "$@" 2>/dev/null && return
	sync
	case $(sync --version 2>/dev/null) in
	*coreutils*) return 1 ;;
	esac
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
	cat >"$1.relayadm" && flush "$1.relayadm" &&
		mv -f "$1.relayadm" "$1" && flush "$(dirname "$1")"
}

journal()
{
	{
		echo "state $1"
		echo "mta $mta"
		echo "generation $generation"
		echo "former $former"
		echo "conf $conf"
		echo "running $was_running"
		echo "deadline $deadline"
		echo "nonce $nonce"
		echo "main $$"
		echo "began $(began $$)"
	} | replace "$base/journal"
}

# When the process $1 began; "" when there is none.
began()
{
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# The process that pushes, when it is alive.
pusher()
{
	pid=$(value "$base/journal" main)
	[ -n "$pid" ] &&
		[ "$(began "$pid")" = "$(value "$base/journal" began)" ] &&
		echo "$pid"
}

current()
{
	link=$(readlink "$base/current" 2>/dev/null) && basename "$link"
}

# --- our part of a configuration file ------------------------------------------------

# Without our block, and with what we had put aside.
restored()
{
	sed -e "/^$begin\$/,/^$end\$/d" -e "s/^$off//" "$1"
}

block()
{
	sed -n "/^$begin\$/,/^$end\$/p" "$1"
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

# --- does a listener greet? ---------------------------------------------------------

# Does the mail server listen there?  Addresses are in the machine's byte order.
held()
{
	pid=$("${mta}_pid") || return 1
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

# An address by which the gateway itself reaches what listens on $1.
reached()
{
	case $1 in
	0.0.0.0) echo 127.0.0.1 ;;
	::) echo ::1 ;;
	*) echo "$1" ;;
	esac
}

greeting()
{
	set -- "$(reached "$1")" "$2"
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
		echo '220 it is held, and nothing here can ask it'
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
	tick
	limit=$((up + 10))
	while read -r family addr port name; do
		until held "$addr" "$port" && greets "$addr" "$port"; do
			silent="$name at $addr port $port (IPv$family)"
			tick
			[ "$up" -lt "$limit" ] || return 1
			sleep 0.2
		done
		silent=
	done <"$1"
}

# One session, with the server behind 3 and 4: a reply for each recipient, or the
# one that ended it.  It knows $1, the beginning of the names of its files.
smtp_talk='
cr=$(printf "\r")
reply()
{
	while IFS= read -r line <&3; do
		case $line in
		[0-9][0-9][0-9]-*) ;;
		*) break ;;
		esac
	done
	line=${line%"$cr"}
}
need()
{
	reply
	case $line in
	2*) return ;;
	esac
	while read -r _; do
		printf "%s\n" "$line"
	done <"$1.ask"
	printf "QUIT\r\n" >&4
	exit
}
read -r _ _ helo header <"$1.head"
case $header in
starttls) ;;
*)
	printf "$header" >&4
	need "$1"
	;;
esac
printf "EHLO %s\r\n" "$helo" >&4
need "$1"
printf "MAIL FROM:<probe@relayadm.invalid>\r\n" >&4
need "$1"
while IFS= read -r rcpt; do
	printf "RCPT TO:%s\r\n" "$rcpt" >&4
	reply
	printf "%s\n" "$line"
done <"$1.ask"
printf "QUIT\r\n" >&4
reply'

# by_program NAME SECONDS COMMAND...: a session through its input and output.
by_program()
{
	mkfifo "$1.in" "$1.out" || return 1
	session=$1 most=$2
	shift 2
	timeout "$most" "$@" <"$session.in" >"$session.out" 9>&- &
	timeout "$most" sh -c "exec 4>\"\$1.in\" 3<\"\$1.out\"
		$smtp_talk" - "$session" </dev/null 9>&-
	rm -f "$session.in" "$session.out"
}

# smtp_session NAME SECONDS: the replies to NAME.ask, by NAME.head, in NAME.said.
# In TLS openssl speaks up to the greeting after it.
smtp_session()
{
	read -r addr port _ header <"$1.head"
	if [ "$header" = starttls ]; then
		case $addr in
		*:*) addr="[$addr]" ;;
		esac
		by_program "$1" "$2" openssl s_client -quiet -starttls smtp \
			-connect "$addr:$port"
	elif command -v bash >/dev/null; then
		timeout "$2" bash --norc -c \
			"exec 3<>/dev/tcp/$addr/$port 4>&3 || exit 1
			$smtp_talk" - "$1" </dev/null 9>&-
	else
		by_program "$1" "$2" nc "$addr" "$port"
	fi >"$1.said" 2>/dev/null
}

# What the running server answers the gateway itself otherwise than it should,
# by the questions $1 to the listeners $2; "" when nothing.  $base/unasked has
# those with which TLS could not be begun.
live_differences()
{
	rm -rf "$base/ask" "$base/unasked"
	mkdir "$base/ask" || return 0
	k=0
	while read -r _ addr port _; do
		k=$((k + 1))
		at=$base/ask/$k
		awk -F '\t' -v k="$k" '$1 == k' "$1" >"$at.line"
		[ -s "$at.line" ] || continue
		cut -f 3 "$at.line" >"$at.ask"
		tls=$(head -n 1 "$at.line" | cut -f 5)
		echo "$(reached "$addr") $port probe.relayadm.invalid $tls" \
			>"$at.head"
		smtp_session "$at" 12
		if [ -n "$tls" ] && ! grep -q . "$at.said"; then
			echo "$addr port $port" >>"$base/unasked"
			continue
		fi
		cut -f 1-4 "$at.line" | paste - "$at.said" | awk -F '\t' '
		substr($5, 1, 3) != $4 {
			print $2 " to " $3 " should be answered " $4 \
				", but is answered " ($5 == "" ? "nothing" : $5)
			exit
		}'
	done <"$2" | head -n 1
	rm -rf "$base/ask"
}

# Does the running server answer as the policy in the folder $1 says, within ten
# seconds?  Else $wrong is what it says.  TLS may need three to work after a
# restart; without it there is nothing to be said, and $unasked says that.
answers_well()
{
	wrong='' unasked=''
	[ -s "$1/live" ] || return 0
	command -v bash >/dev/null || command -v nc >/dev/null || return 0
	tick
	limit=$((up + 10)) soon=$((up + 3))
	while :; do
		wrong=$(live_differences "$1/live" "$1/services")
		tick
		if [ -z "$wrong" ]; then
			[ -s "$base/unasked" ] || return 0
			[ "$up" -lt "$soon" ] || break
			command -v openssl >/dev/null || break
		fi
		[ "$up" -lt "$limit" ] || return 1
		sleep 0.3
	done
	unasked="; not asked in TLS, which could not be begun: $(tr '\n' ' ' \
		<"$base/unasked" | sed 's/ $//; s/ \([^ ]* port\)/, \1/g')"
	command -v openssl >/dev/null ||
		unasked="$unasked (there is no openssl)"
	rm -f "$base/unasked"
	return 0
}

# --- files of the mail server -----------------------------------------------------------

# The names below $conf of the files in the folder $1, a line each.
managed()
{
	cat "$1/list" 2>/dev/null || printf 'main.cf\nmaster.cf\n'
}

# Of which mail server a record is.
mta_of()
{
	of=$(value "$1" mta)
	echo "${of:-postfix}"
}

# A file that the folder $1 lists and does not hold is not to be there.
place()
{
	for name in $(managed "$1"); do
		if [ -e "$1/$name" ]; then
			cmp -s "$1/$name" "$conf/$name" ||
				replace "$conf/$name" <"$1/$name" || return 1
		else
			rm -f "$conf/$name"
		fi
	done
	"${mta}_placed"
}

# Puts what is there aside in the folder $2, the files that $1 lists.
keep()
{
	mkdir "$2.part" && managed "$1" >"$2.part/list" || return 1
	for name in $(managed "$1"); do
		[ -e "$conf/$name" ] || continue
		mkdir -p "$(dirname "$2.part/$name")" &&
			cp -p "$conf/$name" "$2.part/$name" || return 1
	done
	find "$2.part" -type f -exec sync {} + 2>/dev/null || sync
	mv "$2.part" "$2"
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
	[ "$(mta_of "$gen/record")" = "$mta" ] || {
		echo "$gen was placed for $(mta_of "$gen/record")"
		return
	}
	for name in $(managed "$gen/placed"); do
		[ "$(block "$conf/$name")" = "$(block "$gen/placed/$name")" ] ||
			echo "$conf/$name: the part of relayadm was changed"
	done
	"${mta}_clashes" "$gen"
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
	# Of a link that was cut nobody may hear anything.
	said=$(timeout $((wait + 10)) dd bs=4096 count=$((payload / 4096)) \
		iflag=fullblock of="$new/payload" 2>&1 9>&-) || {
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
	at=$((manifest_len + question_len))
	slice "$new/payload" "$at" "$live_len" >"$new/live" || return 1
	at=$((at + live_len))
	[ "$(sha256sum <"$new/manifest")" = "$digest  -" ] || return 1
	read_forms || return 1
	paste -d ' ' "$new/manifest" "$new/forms" >"$new/parts" || return 1
	while read -r sum _ path form len; do
		case /$path/ in
		*/../*|*[!A-Za-z0-9._/-]*) return 1 ;;
		esac
		mkdir -p "$new/$(dirname "$path")" || return 1
		slice "$new/payload" "$at" "$len" >"$new/part" || return 1
		unpack_file "$base/current/$path" >"$new/$path" || return 1
		[ "$(sha256sum <"$new/$path")" = "$sum  -" ] || return 1
		at=$((at + len))
		age "$new/$path"
	done <"$new/parts"
	rm -f "$new/payload" "$new/part" "$new/parts" "$new/forms"
}

# How each file of the manifest comes: "same 0", "lines LENGTH", "whole LENGTH".
read_forms()
{
	if [ "$form" = whole ]; then
		sed 's/^[^ ]* \([0-9]*\) .*/whole \1/' "$new/manifest" \
			>"$new/forms"
	else
		slice "$new/payload" "$at" "$forms_len" >"$new/forms" &&
			at=$((at + forms_len))
	fi
}

# The file from $new/part and what is in force, $1.
unpack_file()
{
	case $form in
	whole) cat "$new/part" ;;
	same) cat "$1" ;;
	lines)
		awk -v old="$1" '
		function take(n, printed, line) {
			while (n-- > 0) {
				if ((getline line <old) <= 0) exit 1
				if (printed) print line
			}
		}
		/^=/ { take(substr($0, 2) + 0, 1) }
		/^-/ { take(substr($0, 2) + 0, 0) }
		/^[+]/ { print substr($0, 2) }' "$new/part"
		;;
	*) return 1 ;;
	esac
}

# A difference is good for what it was made from, and for nothing else.
choose_payload()
{
	send=$payload
	if [ "$short" -gt 0 ] && [ "$base_digest" = "$present" ] &&
		[ -z "$changed" ]; then
		send=short form=lines payload=$short
	fi
}

stage()
{
	receive && unpack || return 1
	"${mta}_build" || return 1
	{
		echo "generation $generation"
		echo "revision $revision"
		echo "digest $digest"
		echo "mta $mta"
		echo "author $author"
		echo "time $(now)"
	} >"$new/record" || return 1
	chgrp -R "$(id -gn "$owner")" "$new" && chmod -R g+rX,o-rwx "$new" ||
		return 1
	find "$new" -type f -exec sync {} + 2>/dev/null || sync
}

# --- check the staged files -------------------------------------------------------------

# What is answered otherwise than wanted, of lines "QUESTION<tab>REPLY".
in_words()
{
	awk -F '\t' 'substr($7, 1, 3) != $6 {
		print $2 " to " $5 ($4 == 1 ? ", logged on" : "") \
			" should be answered " $6 ", but is answered " \
			($7 == "" ? "nothing" : $7)
	}'
}

# What a command says on standard error.
complaints()
{
	# shellcheck disable=SC2069 # in this order on purpose
	quietly "$@" 2>&1 >/dev/null
}

check()
{
	"${mta}_check" || return 1
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

# What brings the mail server to the placed files, $base/ports.old being what it
# listened on before.
needed()
{
	"${mta}_listens" >"$base/ports.new"
	if ! "${mta}_running"; then
		echo start
	elif [ "$restart" = 1 ] || "${mta}_must_restart"; then
		echo restart
	else
		echo reload
	fi
}

activate()
{
	case $1 in
	start) "${mta}_act" start ;;
	restart)
		"${mta}_act" stop
		"${mta}_act" start
		;;
	reload)
		"${mta}_act" reload && sleep 0.3
		;;
	esac
}

explain()
{
	case $1 in
	start) echo "start: $title did not run" ;;
	restart) "${mta}_explain_restart" ;;
	reload) echo "reload: sessions under way go on" ;;
	esac
}

# Starts the dead-man and waits until it watches.
watch()
{
	rm -f "$base/watched"
	setsid sh "$base/gate.sh" dead-man "$generation" </dev/null \
		>"$base/dead-man.log" 2>&1 9>&- &
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(cat "$base/watched" 2>/dev/null)" != "$generation" ] ||
			return 0
		sleep 0.1
	done
	return 1
}

switch()
{
	keep "$new/placed" "$new/former" || return 1
	rm -f "$base/current.new"
	journal switched && watch || return 1
	point_to "$generation" && place "$new/placed"
}

# The former generation is what serves.
serves()
{
	"${mta}_running" && all_greet "$base/gen/$former/services" &&
		answers_well "$base/gen/$former"
}

put_back()
{
	rm -f "$base/current.new"
	place "$new/former" && point_to "$former"
}

# As it was before the switch.  When there is no room for that, what the new
# files need is given up.
restore()
{
	[ -d "$new/former" ] || return 0
	"${mta}_listens" >"$base/ports.old"
	put_back || {
		rm -rf "$new/server" "$new/built" "$try"
		put_back
	} || return 1
	if [ "$was_running" = yes ]; then
		activate "$(needed)" && serves || {
			"${mta}_act" stop
			"${mta}_act" start
			serves
		}
	else
		"${mta}_act" stop || :
	fi || unserved=1
}

# Everything as it was; prints nothing, sets $state and $reason further.  What
# could not be put back stays in the journal, for the next time.
revert()
{
	new=$base/gen/$generation try=$base/try
	unserved=0
	phase 100
	journal reverting
	if ! restore; then
		state=BROKEN
		reason="$reason; cannot put back what was in $conf"
	elif ! forget_journal; then
		state=ROLLED-BACK
		reason="$reason; cannot remove $base/journal"
	elif [ "$unserved" = 1 ]; then
		state=BROKEN
	else
		state=ROLLED-BACK
	fi
	echo "$(now) generation $generation $state $reason" >>"$base/history"
}

# It is gone from the disk.
forget_journal()
{
	rm -f "$base/journal" && flush "$base" && [ ! -e "$base/journal" ]
}

read_journal()
{
	mta=$(mta_of "$base/journal")
	phase 60
	"${mta}_conf"
	[ -n "$conf" ] || conf=$(value "$base/journal" conf)
	former=$(value "$base/journal" former)
	was_running=$(value "$base/journal" running)
	deadline=$(value "$base/journal" deadline)
	left=$(value "$base/journal" generation)
}

# A push that nobody confirmed is undone before anything else happens.
recover()
{
	[ -e "$base/journal" ] || return 0
	saved=$generation asked=$mta
	read_journal
	generation=$left
	reason="it was left unfinished"
	revert
	generation=$saved mta=$asked
	[ ! -e "$base/journal" ] || result REFUSED "$reason"
	"${mta}_conf"
}

# Runs beside the push and outlives it.
dead_man()
{
	generation=$1
	trap : TERM INT
	echo "$generation" >"$base/watched"
	while sleep 1; do
		[ "$(value "$base/journal" generation)" = "$generation" ] ||
			exit 0
		pusher >/dev/null || break
		tick
		[ "$up" -lt "$(value "$base/journal" deadline)" ] || break
	done
	exec 9>>"$base/lock"
	# A push that hangs holds the lock: its trap undoes it.  When not even
	# that ends it, it is killed.
	flock -n 9 || {
		end_pusher TERM
		flock -w 150 9 || {
			end_pusher KILL
			flock 9
		}
	}
	[ "$(value "$base/journal" generation)" = "$generation" ] || exit 0
	nonce=$(value "$base/journal" nonce)
	read_journal
	reason="the console went away without confirming"
	revert
}

end_pusher()
{
	pid=$(pusher) && kill "-$1" "$pid" 2>/dev/null
}

# Before the mail server starts, when the machine was switched off in a push: the files
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
	case $mta in
	postfix) title=Postfix ;;
	exim) title=Exim ;;
	opensmtpd) title=OpenSMTPD ;;
	*) result REFUSED "this script knows Postfix, Exim and OpenSMTPD, and not $mta" ;;
	esac
	for tool in flock sha256sum setsid timeout; do
		command -v "$tool" >/dev/null ||
			result REFUSED "there is no $tool on the gateway; install util-linux and coreutils"
	done
	phase 60
	"${mta}_need"
	"${mta}_conf"
	[ -d "${conf:-/nonexistent}" ] ||
		result REFUSED "$title does not tell where its configuration is"
	try=$base/try
	mkdir -p "$base/gen" 2>/dev/null ||
		result FAILED "cannot write $base: $(mkdir -p "$base/gen" 2>&1)"
	chmod 755 "$base" "$base/gen"
}

# no_tool TOOL: this mail server is not there; perhaps another one is.
no_tool()
{
	other=
	[ "$mta" = postfix ] || ! command -v postconf >/dev/null ||
		other="; it has Postfix: set mta to postfix for that"
	[ "$mta" = exim ] || [ -z "$(exim_program)" ] ||
		other="; it has Exim: set mta to exim for that"
	[ "$mta" = opensmtpd ] || ! command -v smtpd >/dev/null ||
		other="; it has OpenSMTPD: set mta to opensmtpd for that"
	result REFUSED "there is no $1 on the gateway; install $title$other"
}

# take_lock [WHO]
# shellcheck disable=SC2120 # gate-ask.sh says who
take_lock()
{
	exec 9>>"$base/lock"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		flock -n 9 && break
		sleep 0.2
	done
	flock -n 9 ||
		result REFUSED "another push is under way, or a question: $(cat "$base/holder" 2>/dev/null)"
	echo "${1:-generation $generation by $author} since $(date -u '+%Y-%m-%d %H:%M:%S') UTC" \
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
	[ -z "$present" ] || [ "$(mta_of "$base/current/record")" = "$mta" ] ||
		result REFUSED "what is in force was placed for $(mta_of "$base/current/record"); take the part of relayadm out of its settings and remove $base/current, then push"
	changed=$(drift)
	[ -z "$changed" ] || [ "$force" = 1 ] ||
		result REFUSED "drift: $(echo "$changed" | head -n 1)$([ "$(echo "$changed" | wc -l)" -lt 2 ] || echo " (and $(($(echo "$changed" | wc -l) - 1)) more)")"
}

# The same is in force already: the record gets the new numbers, no more.
admit_unchanged()
{
	[ "$digest" = "$present" ] && [ -z "$changed" ] &&
		[ "$restart" = 0 ] && "${mta}_running" &&
		all_greet "$base/current/services" &&
		answers_well "$base/current" || return 0
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
	# What comes before this is undone, what comes after it is not.
	forget_journal || back_out "cannot remove $base/journal"
	echo "$(now) generation $generation OK" >>"$base/history"
	forget_old
	result OK "revision $revision is in force${unasked:-}"
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
	phase 100
	choose_payload
	say RELAYADM-SEND "$send"
	reason=$("${mta}_prepare" 2>&1) || give_up "$reason"
	"${mta}_prepare"
	reason=$(stage 2>&1) ||
		give_up "staging: ${reason:-what arrived is not what was sent}"
	step check
	phase 120
	reason=
	check || give_up "$reason"
	former=$(current) || former=none
	if "${mta}_running"; then was_running=yes; else was_running=no; fi
	tick
	deadline=$((up + wait))
	[ "$wait" -gt "$patience" ] || patience=$((wait > 5 ? wait : 5))
	phase 100
	# shellcheck disable=SC2154 # s is this text, see above
	printf '%s\n' "$s" | replace "$base/gate.sh" ||
		give_up "cannot write $base/gate.sh"
	echo "$generation" | replace "$base/highest" ||
		give_up "cannot write $base/highest"
	"${mta}_listens" >"$base/ports.old" ||
		give_up "cannot write $base/ports.old"
	trap 'lost=1' TERM INT
	step switch
	[ "$lost" = 0 ] || give_up "the console went away"
	switch || back_out "switching: cannot write $conf or $base"
	how=$(needed)
	step restart "$(explain "$how")"
	activate "$how" ||
		back_out "$title does not $how: $("${mta}_reason")"
	step verify
	"${mta}_running" || back_out "$title does not run: $("${mta}_reason")"
	all_greet "$new/services" ||
		back_out "$silent does not answer: $("${mta}_reason")"
	answers_well "$new" || back_out "the running $title: $wrong"
	await_confirmation
}

status()
{
	need
	gen=$(current) && say RELAYADM-STATUS "managed yes"
	for key in generation revision digest author time; do
		say RELAYADM-STATUS "$key $(value "$base/current/record" $key)"
	done
	say RELAYADM-STATUS "clock $(now)"
	say RELAYADM-STATUS "version $("${mta}_version")"
	if "${mta}_running"; then say RELAYADM-STATUS "running yes"; fi
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

# Tabs are blanks in all of them.
tell_file()
{
	say RELAYADM-FILE "$1"
	tr '\t' ' ' | sed 's/^/=/'
}

# tell_files COMMAND FILE: those whose paths the command prints, up to 2 MB each.
tell_files()
{
	"$1" "$2" | while read -r path; do
		[ -f "$path" ] || continue
		if [ "$(wc -c <"$path")" -le 2000000 ]; then
			# shellcheck disable=SC2094 # it is only named
			tell_file "$path" <"$path"
		fi
	done
}

# What was pushed from here listens there.
tell_current()
{
	cat "$base/current/services" 2>/dev/null | tell_file ours
}

# The machine's own, a line each.
own_addresses()
{
	{
		awk '/\/32 host LOCAL/ { print at } { at = $2 }' \
			/proc/net/fib_trie
		sed 's/ .*//; s/..../&:/g; s/:$//' /proc/net/if_inet6
	} 2>/dev/null | sort -u
}

# What the mail server had before.
examine()
{
	need
	"${mta}_examine"
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
		mta) mta=$text ;;
		revision) revision=$text ;;
		digest) digest=$text ;;
		expected) expected=$text ;;
		author) author=$text ;;
		wait) wait=$text ;;
		force) force=$text ;;
		restart) restart=$text ;;
		manifest) manifest_len=$text ;;
		questions) question_len=$text ;;
		live) live_len=$text ;;
		payload) payload=$text ;;
		base) base_digest=$text ;;
		forms) forms_len=$text ;;
		short) short=$text ;;
		address) address=$text ;;
		port) port=$text ;;
		all) all=$text ;;
		esac
	done
	[ "$key" = end ] || exit 1
}
