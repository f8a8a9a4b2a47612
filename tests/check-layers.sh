#!/bin/sh
# Who may include whom: the arrows between the folders, and the doors.
set -u
cd "${srcdir:-.}" || exit 99
. tests/tap.sh

allowed()
{
	case "$1 $2" in
	"store policy" | "remote policy") return 0 ;;
	"tui policy" | "tui store" | "tui remote") return 0 ;;
	esac
	return 1
}

arrows()
{
	grep -n '^#include "[a-z]*/' "$1"/*.[ch] |
		grep -v '^remote/[a-z]*_script.c:' | # written by make
		while IFS=: read -r file line text; do
			to=${text#*\"}
			to=${to%%/*}
			allowed "$1" "$to" || echo "$file:$line: $text"
		done
}

# door HEADER FILES: only these files may include it.
door()
{
	grep -ln "^#include <$1" policy/*.[ch] store/*.[ch] remote/*.[ch] \
		tui/*.[ch] | while read -r file; do
		case " $2 " in
		*" $file "*) ;;
		*) echo "$file includes <$1>" ;;
		esac
	done
}

for folder in policy store remote tui; do
	ok "arrows out of $folder" "$(arrows "$folder")"
done
ok "sqlite3.h has one door" "$(door sqlite3.h 'store/db.c')"
ok "ares.h has one door" "$(door ares.h 'tui/resolver.c')"
ok "libssh2.h has one door" "$(door libssh2.h 'remote/ssh_library.h')$(
	grep -ln '^#include "ssh_library.h"' remote/*.[ch] |
		grep -v '^remote/ssh_\(library\|login\|look\|tunnel\).c$')"
ok "curses only in the engine" \
	"$(door 'n*cursesw*[/.]*' 'tui/terminal.c tui/terminal_keys.c')$(
		door 'curses.h' 'tui/terminal.c tui/terminal_keys.c')"
ok "policy includes no other library" "$(grep -n '^#include <' policy/*.[ch] |
	grep -vE '<(arpa/inet|assert|errno|limits|locale|math|pthread|setjmp|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|unistd|wctype|idn2)\.h>')"
finish
