# The last part of the gate of relayadm: where it begins.
# shellcheck shell=sh disable=SC2154 # variables of relayadm-gate.sh

# Where this mail server writes its log.
log_names()
{
	case $mta in
	postfix)
		theirs=$(postfix_setting "$conf" maillog_file)
		[ -z "$theirs" ] || { echo "$theirs"; return; }
		;;
	exim)
		"$exim" -bP log_file_path 2>/dev/null |
			sed -n 's|^log_file_path = *\(/[^ :]*\).*|\1|p' |
			sed 's/%D$/*/; s/%s/main/g'
		return
		;;
	esac
	printf '%s\n' /var/log/mail.log /var/log/maillog
}

# Those that there are, the oldest first.
log_files()
{
	log_names | while read -r path; do
		# shellcheck disable=SC2086 # Exim's may have an asterisk
		for file in $path $path.* $path-*; do
			[ ! -f "$file" ] || printf '%s\n' "$file"
		done
	done | grep '^/[A-Za-z0-9._/-]*$' | sort -u | while read -r file; do
		printf '%s %s\n' "$(stat -c %Y "$file")" "$file"
	done | sort -n | cut -d ' ' -f 2-
}

# Longer lines than these are no mail server's.
log_text()
{
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*.xz) xz -dc "$1" ;;
	*.bz2) bzip2 -dc "$1" ;;
	*.zst) zstd -dcq "$1" ;;
	*) cat "$1" ;;
	esac 2>/dev/null | cut -b 1-8000
}

logs()
{
	need
	found=$(log_files)
	for file in $found; do
		log_text "$file" | tell_file "$file"
	done
	if [ -z "$found" ]; then
		command -v journalctl >/dev/null ||
			result REFUSED "no log of $title: $(log_names | tr '\n' ' ')"
		quietly journalctl -q --no-pager -o short-iso \
			SYSLOG_FACILITY=2 | cut -b 1-8000 | tell_file journal
	fi
	result OK
}

# The local addresses of the connections that user $1 has to $address and $port,
# as 32 digits, which are of an IPv4 address "...ffff" and the address.  /proc has
# each four bytes of an address as a number of this machine.
addresses_toward()
{
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v uid="$1" -v to="$address $port" \
			-v one="$(printf '\001\000' | od -An -tu2)" '
	function word(w) {
		if (one != 1) return w
		return substr(w, 7, 2) substr(w, 5, 2) substr(w, 3, 2) \
			substr(w, 1, 2)
	}
	function digits(a, i, out) {
		a = tolower(a)
		if (length(a) == 8)
			return "00000000000000000000ffff" word(a)
		for (i = 1; i < 32; i += 8)
			out = out word(substr(a, i, 8))
		return out
	}
	function number(h, i, n) {
		for (i = 1; i <= length(h); i++)
			n = n * 16 + index("0123456789ABCDEF", \
				substr(h, i, 1)) - 1
		return n
	}
	BEGIN { if (one != 1 && one != 256) exit }
	$4 == "01" && $8 == uid {
		split($2, own, ":")
		split($3, other, ":")
		if (digits(other[1]) " " number(other[2]) == to)
			print digits(own[1])
	}' | sort -u
}

# By which address this machine reaches $address and $port, for who logged on:
# what sshd forwards belongs to that user.  Of several nothing is said.
whence()
{
	uid=$(id -u)
	[ "$uid" -ne 0 ] || uid=${SUDO_UID:-0}
	from=$(addresses_toward "$uid")
	case $from in
	*[!0-9a-f]*|'') ;;
	*) say RELAYADM-STATUS "from $(echo "$from" | sed 's/..../&:/g; s/:$//')" ;;
	esac
	result OK
}

main()
{
	trap : HUP PIPE
	case ${1:-} in
	dead-man|boot)
		case $1 in
		boot) boot ;;
		*) dead_man "$2" ;;
		esac
		exit 0
		;;
	esac
	read_request
	case $verb in
	apply|status|fetch|examine|logs|rollback|whence|ask) "$verb" ;;
	*) result REFUSED "unknown request" ;;
	esac
}

main "$@"
