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
	apply|status|fetch|examine|logs|rollback) "$verb" ;;
	*) result REFUSED "unknown request" ;;
	esac
}

main "$@"
