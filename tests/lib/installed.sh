#!/bin/sh
# The installed library: what it exports, its pkg-config file, its manual page,
# and programs in C and C++ that know nothing but these.
# shellcheck disable=SC2317 # ok calls them
set -u
source=$(cd "${srcdir:-.}" && pwd) || exit 99
build=$(cd "${builddir:-.}" && pwd) || exit 99
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
n=0 bad=0

# ok NAME COMMAND...
ok()
{
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$dir/log" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/log"
		bad=1
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

make_install()
(
	unset MAKEFLAGS MFLAGS MAKELEVEL
	cd "$build" && ${MAKE:-make} install DESTDIR="$dir/root"
)

installed()
{
	find "$dir/root" -name "$1" | head -n 1
}

config()
{
	PKG_CONFIG_PATH=$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR="$dir/root" \
		${PKG_CONFIG:-pkg-config} "$@" relaypolicy
}

# A library that is built with sanitizers needs them in the program as well.
sanitizers=
case ${LIBRARY_LDFLAGS-} in
*-fsanitize=*) sanitizers=-fsanitize=address,undefined ;;
esac

# shellcheck disable=SC2046,SC2086 # lists of words
compile_c()
{
	${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror $sanitizers \
		-o "$dir/decide" "$source/assets/example/decide.c" \
		$(config --cflags --libs)
}

# shellcheck disable=SC2046,SC2086 # lists of words
compile_cxx()
{
	printf '%s\n' '#include <relaypolicy.h>' \
		'int main() { return relaypolicy_version()[0] == 0; }' \
		>"$dir/version.cc"
	${CXX:-g++} -Wall -Wextra -Wpedantic -Werror $sanitizers \
		-o "$dir/version" "$dir/version.cc" \
		$(config --cflags --libs) && run "$dir/version"
}

run()
{
	LD_LIBRARY_PATH=$(dirname "$so") "$@"
}

# answers STATUS TEXT WORD...
answers()
{
	wanted=$1 text=$2
	shift 2
	got=$(run "$dir/decide" "$@" 2>&1)
	status=$?
	echo "exit $status: $got"
	[ "$status" -eq "$wanted" ] && [ "$got" = "$text" ]
}

exports()
{
	nm -D --defined-only "$so" | awk '{ print $NF }' | LC_ALL=C sort |
		diff "$source/tests/lib/symbols" -
}

needs_little()
{
	objdump -p "$so" | grep NEEDED >"$dir/needed"
	grep libidn2 "$dir/needed" &&
		! grep -E 'sqlite|crypto|ssl|ssh|jansson|curses' "$dir/needed"
}

# The same as what the header declares.
declared()
{
	grep -o 'relaypolicy_[a-z_]*(' "$source/policy/relaypolicy.h" |
		tr -d '(' | LC_ALL=C sort | diff "$source/tests/lib/symbols" -
}

documented()
{
	page=$(installed relaypolicy.3)
	[ -n "$page" ] || return 1
	while read -r symbol; do
		grep -q "^\\.Nm $symbol\\( ,\\)*$" "$page" || {
			echo "$symbol is not in the manual page"
			return 1
		}
	done <"$source/tests/lib/symbols"
}

ok "make install" make_install
so=$(installed librelaypolicy.so)
pc=$(installed relaypolicy.pc)
ok "a versioned library" test -e "$so.0"
ok "exported is what the list says" exports
ok "declared is what the list says" declared
ok "no database and no network library is needed" needs_little
ok "the manual page names every function" documented
ok "the version is that of the package" test "$(config --modversion)" = \
	"$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p' "$build/config.h")"
ok "the example is built in C" compile_c
policy=$source/assets/sample/policy.json
ok "it lists the servers" answers 0 internet "$policy"
ok "it says yes" answers 0 \
	'accept-relay: row 10, relay restrictions: list:branches 10.20.0.0/16' \
	"$policy" internet 10.20.3.4 user@far.example
ok "it says no" answers 1 'deny-relay: row 7, NEVER list: 127.20.66.0/24' \
	"$policy" internet 127.20.66.1 user@far.example authenticated
ok "it says what is wrong" answers 2 \
	'decide: there is no server intranet' \
	"$policy" intranet 192.0.2.1 user@far.example
ok "it says which file is wrong" answers 2 \
	"decide: $dir/none: No such file or directory" "$dir/none"
if command -v "${CXX:-g++}" >/dev/null; then
	ok "the header is built in C++" compile_cxx
else
	skip "the header is built in C++" "there is no ${CXX:-g++}"
fi
echo "1..$n"
exit $bad
