#!/bin/sh
# Manual pages and scripts: clean, and complete against the program's own help.
set -u
builddir=$(cd "${builddir:-.}" && pwd)
cd "${srcdir:-.}" || exit 99
. tests/tap.sh

keys=$(mktemp "${TMPDIR:-/tmp}/keys.XXXXXX") || exit 99

missing()
{
	n=$((n + 1))
	echo "ok $n # SKIP $1 is not installed"
}

if command -v mandoc >/dev/null; then
	for page in assets/man/*; do
		ok "$page is clean" "$(mandoc -Tlint -Wwarning "$page" 2>&1)"
	done
else
	missing mandoc
fi
if command -v shellcheck >/dev/null; then
	ok "scripts are clean" "$(shellcheck -S warning autogen.sh \
		assets/completions/*.bash assets/gate/*.sh tests/*.sh tests/*/*.sh tests/lab/lab 2>&1)"
else
	missing shellcheck
fi

help=$("$builddir/relayadm" help) || exit 99
ok "relayadm(1) has every command" "$(echo "$help" |
	sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' | while read -r command; do
		grep -q "^\.\(It \)\{0,1\}Cm \(undo , \)\{0,1\}$command\>" \
			assets/man/relayadm.1 || echo "$command"
	done)"
# -m is what --message is called there.
ok "an option that a command takes stands in a usage" "$(
	sed -n 's/.*{ "\([a-z-]*\)", [a-z]*_argument,.*/\1/p' tui/cmd_*.c |
		sort -u | while read -r option; do
		[ "$option" = message ] ||
			grep -qE -- "--$option([] |]|\"|\$)" tui/command.c ||
			echo "--$option"
	done)"
ok "relayadm(1) has every option" "$(echo "$help" |
	sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' | while read -r command; do
		"$builddir/relayadm" help "$command" | grep -o -- '--[a-z-]*' |
			sed 's/^--//' | sort -u | while read -r option; do
			grep -q -- "Fl -$option\>" assets/man/relayadm.1 ||
				echo "$command --$option"
		done
	done)"
# "KEYS TEXT" of each row, by the program and by the page.
ok "relayadm(1) has the keys of the main screen and of every screen" "$(
	for screen in policy everywhere; do
		XDG_CONFIG_HOME=/nowhere "$builddir/relayadm" keys "$screen"
	done | sed -n 's/^  //p' | tr -s ' ' | while read -r row; do
		awk 'NR > 1 && /^\./ { print line; line = "" }
		    /^\.It Ic / { line = substr($0, 8); next }
		    line != "" { line = line " " $0 }' assets/man/relayadm.1 |
			sed 's/\\&//g' | tr -s ' ' |
			grep -qxF -- "$row" || echo "$row"
	done)"
# "SCREEN KEYS TEXT" of each row, once by the program and once by the page.
ok "relayadm-keys(7) has the keys of every screen, and no others" "$(
	XDG_CONFIG_HOME=/nowhere "$builddir/relayadm" keys |
		awk '/^[^ ]/ { screen = $1; next }
		    { $1 = $1; print screen, $0 }' | sort >"$keys"
	awk '/^\.Ss / { count = split(substr($0, 5), names, ", ") }
	    /^\.It Ic / { keys = substr($0, 8); getline text
		for (i = 1; i <= count; i++)
			print names[i], keys, text }' \
		assets/man/relayadm-keys.7 | sed 's/\\&//g' | sort |
		diff "$keys" -
	rm -f "$keys")"
ok "README names both commands" "$(for line in \
	'./autogen.sh --install-deps && make demo' \
	'./autogen.sh --install-deps && make check'; do
	grep -qF "    $line" README || echo "$line"
done)"
ok "make dist takes every journey" "$(for file in tests/tui/journeys/*; do
	grep -qF -- "$file" Makefile.am || echo "$file"
done)"
finish
