# shellcheck shell=sh
# What compare.sh prints with: read by it, not run.  It sets the folders and the
# limit; what the stopwatch says are words to be counted.
# shellcheck disable=SC2046,SC2154

# need COMMAND: is it there?  What is not is named at the end.
need()
{
	command -v "$1" >/dev/null && return 0
	case "$missing " in
	*" $1 "*) ;;
	*) missing="$missing $1" ;;
	esac
	return 1
}

# versions COMMAND...
versions()
{
	for tool; do
		command -v "$tool" >/dev/null || continue
		case $tool in
		postconf) echo "postfix $(postconf -dh mail_version)" ;;
		grepcidr) echo "grepcidr $(grepcidr -V 2>&1 | head -n 1)" ;;
		sqlite3) echo "sqlite3 $(sqlite3 --version | cut -c 1-20)" ;;
		*) "$tool" --version 2>&1 | head -n 1 ;;
		esac
	done | cut -c 1-60 | sed 's/^/# /'
}

heading()
{
	printf '\n%-36s %10s %10s %8s %10s\n' "$1" 'wall ms' 'cpu ms' MB \
		'ours/this'
}

line()
{
	printf '%-36s %10s %10s %8s %10s\n' "$1" "$2" "$3" \
		"$(awk -v k="$4" 'BEGIN { printf "%.1f", k / 1024 }')" "$5"
}

# measure NAME [STOPWATCH OPTIONS] COMMAND...: one of ours, kept as ours_NAME.
measure()
{
	name=$1
	shift
	set -- $("$bench/stopwatch" -t "$limit" "$@")
	if [ $# -lt 3 ]; then
		printf '%-36s %10s\n' "relayadm, $name" failed
		return
	fi
	eval "ours_$name=$1"
	line "relayadm, $name" "$1" "$2" "$3" ''
}

# beside NAME TITLE [STOPWATCH OPTIONS] COMMAND...: a peer of that one.
beside()
{
	eval "ours=\${ours_$1:-0}"
	title=$2
	shift 2
	need "$(peer_of "$@")" || return 0
	set -- $("$bench/stopwatch" -t "$limit" "$@")
	if [ $# -lt 3 ]; then
		printf '%-36s %10s\n' "$title" "failed"
		return
	fi
	line "$title" "$1" "$2" "$3" \
		"$(awk -v a="$ours" -v b="$1" 'BEGIN {
			printf a / b < 0.1 ? "%.4f" : "%.2f", a / b }')"
}

# The command behind the stopwatch's options, and of unshare's what it runs.
peer_of()
{
	while :; do
		case $1 in
		-n | -i | -r | -o) shift 2 ;;
		unshare) shift 2 ;;
		*) break ;;
		esac
	done
	echo "$1"
}

# --- pictures ------------------------------------------------------------------

pictures()
{
	printf '\n%s\n%-20s %10s %10s %10s %10s %8s\n' "$1" '' 'first ms' \
		bytes 'line down' 'page down' MB
}

# picture TITLE DOWN PAGE QUIT [-o KEYS] COMMAND...
picture()
{
	title=$1
	shift
	tool=$4
	[ "$tool" != -o ] || tool=$6
	need "$tool" || return 0
	set -- $("$bench/screen" "$@" </dev/null)
	[ $# -eq 5 ] || return 0
	printf '%-20s %10s %10s %10s %10s %8s\n' "$title" "$1" "$2" "$3" \
		"$4" "$(awk -v k="$5" 'BEGIN { printf "%.1f", k / 1024 }')"
}

# --- growth --------------------------------------------------------------------

growth()
{
	printf '\n%s: cpu ms and MB, then the exponents of the last step\n' "$1"
	: >"$dir/grown"
}

# grow NAME SIZE [STOPWATCH OPTIONS] COMMAND...
grow()
{
	name=$1 at=$2
	shift 2
	set -- $("$bench/stopwatch" -t "$limit" "$@")
	[ $# -lt 3 ] || printf '%s\t%s\t%s\t%s\n' "$name" "$at" "$2" "$3" \
		>>"$dir/grown"
}

grown()
{
	awk -F'\t' '
		!($1 in row) { order[++rows] = $1 }
		{
			if ($1 in row) {
				step = log($2 / size[$1])
				time[$1] = log($3 / cpu[$1]) / step
				space[$1] = log($4 / memory[$1]) / step
			}
			row[$1] = row[$1] sprintf(" %9.1f %6.1f", $3, $4 / 1024)
			size[$1] = $2; cpu[$1] = $3; memory[$1] = $4
		}
		END {
			for (i = 1; i <= rows; i++) {
				name = order[i]
				printf "%-22s%s", name, row[name]
				if (name in time)
					printf "   n^%.2f n^%.2f", time[name],
					    space[name]
				print ""
			}
		}' "$dir/grown"
}

# document KIND COUNT: a policy document with so many of them.
document()
{
	awk -v kind="$1" -v n="$2" '
	function addr(i) {
		return int(i / 65536) % 200 + 11 "." int(i / 256) % 256 "." i % 256
	}
	BEGIN {
		print "{ \"relayadm\": 1, \"lists\": ["
		many = kind == "lists" ? n : kind == "overlaps" ? 1 : 0
		for (i = 0; i < many && kind == "lists"; i++)
			printf "%s{\"name\":\"l%d\",\"entries\":[\"%s.0/24\"]}\n",
			    i ? "," : "", i, addr(i)
		if (kind == "overlaps") {
			print "{\"name\":\"l0\",\"entries\":["
			for (i = 0; i < n; i++)
				printf "%s\"%s.9-%s.8\"\n", i ? "," : "",
				    addr(i), addr(i + 3)
			print "]}"
		}
		print "], \"servers\": ["
		for (i = 0; i < (kind == "servers" ? n : 1); i++) {
			printf "%s{\"name\":\"%s\",\"listen\":[\"10.%d.%d.%d:25\"]",
			    i ? "," : "", i ? "s" i : "internet",
			    i / 65536, i / 256 % 256, i % 256
			printf ",\"relay\":{\"mode\":\"only\",\"entries\":["
			printf "\"192.0.2.0/24\""
			for (j = 0; j < many; j++)
				printf ",\"list:l%d\"\n", j
			printf "]}"
			if (kind == "routes") {
				printf ",\"routing\":{\"reroute\":true,\"list\":["
				for (j = 0; j < n; j++)
					printf "%s{\"domain\":\"d%d.example.com\",\"action\":\"inbound\"}\n",
					    j ? "," : "", j
				printf "]}"
			}
			print "}"
		}
		print "], \"gateways\": [] }"
	}'
}
