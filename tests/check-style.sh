#!/bin/sh
# Calls that are refused, and a few habits.
set -u
cd "${srcdir:-.}" || exit 99
. tests/tap.sh

# What make writes into the tree is not ours to keep short.
sources=$(for f in policy/*.c store/*.c remote/*.c tui/*.c; do
	case $f in
	store/migrations.c | remote/gate_script.c | remote/setup_script.c) ;;
	*) echo "$f" ;;
	esac
done)

# shellcheck disable=SC2086 # patterns
refused()
{
	grep -nE "(^|[^a-z_0-9])($1)\\(" $sources | grep -v '^[^:]*:[0-9]*: \*'
}

ok "no call that forgets lengths" \
	"$(refused 'strcpy|strcat|sprintf|vsprintf|strtok|gets|alloca')"
ok "no call that reads numbers without saying how it went" \
	"$(refused 'atoi|atol|atof|scanf|sscanf|fscanf')"
ok "no shell and no search path" \
	"$(refused 'system|popen|execlp|execvp|execvpe')"
ok "no guessed addresses" \
	"$(refused 'inet_aton|inet_addr|gethostbyname|gethostbyaddr')"
ok "no file names that others can guess" \
	"$(refused 'tmpnam|tempnam|mktemp')"
# shellcheck disable=SC2086
ok "config.h comes first" "$(for f in $sources; do
	[ "$(grep -m1 '^#include' "$f")" = '#include "config.h"' ] ||
		echo "$f"
done)"
# shellcheck disable=SC2086
ok "files have at most 600 lines" "$(wc -l $sources |
	awk '$2 != "total" && $1 > 600 { print $2 ": " $1 }')"
# shellcheck disable=SC2086
ok "lines have at most 80 columns" "$(for f in $sources; do
	expand "$f" | awk -v f="$f" 'length($0) > 80 { print f ":" NR }'
done)"
ok "nothing is printed or ended below tui" "$(grep -nE \
	'(^|[^a-z_])(printf|puts|exit|abort)\(' policy/*.c store/*.c \
	remote/*.c | grep -vE '^(policy/mem|store/migrations|remote/gate_script)\.c:')"
ok "scripts that a suite names can be run" "$(sed -e ':a' -e '/\\$/N' \
	-e 's/\\\n/ /' -e ta Makefile.am |
	grep -E '^(dist_check_SCRIPTS|slow_tests|LONG_TESTS|LAB_TESTS) ' |
	grep -oE 'tests/[a-z0-9_/-]*\.sh' | while read -r f; do
		[ -x "$f" ] || echo "$f"
	done)"
finish
