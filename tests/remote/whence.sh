#!/bin/sh
# Whose address a gateway reaches another machine by: what the gate reads in
# /proc/net/tcp and tcp6, on machines of both byte orders, in each shell.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
sed -n '/^addresses_toward()/,/^}/p' "$srcdir/assets/gate/gate-main.sh" >function

# As the kernel writes them: LOCAL REMOTE STATE USER.
row()
{
	echo "   0: $1 $2 $3 00000000:00000000 00:00000000 00000000  $4" \
		"       0 12345 1 0000000000000000 20 4 30 10 -1"
}

# 127.60.1.3 port 25 from 192.0.2.77, and from 10.0.0.1 for another user, another
# port, and no longer.  2001:db8::25 from 2001:db8::77; 127.60.1.4, mapped.
little()
{
	echo "  sl  local_address rem_address   st"
	row 4D0200C0:C001 03013C7F:0019 01 1000
	row 4D0200C0:C002 03013C7F:0019 01 1000
	row 0100000A:C003 03013C7F:0019 01 0
	row 0100000A:C004 03013C7F:001A 01 1000
	row 0100000A:C005 03013C7F:0019 08 1000
	row 03013C7F:0019 4D0200C0:C001 01 1000
	row B80D0120000000000000000077000000:C006 \
		B80D0120000000000000000025000000:0019 01 1000
	row 0000000000000000FFFF00004D0200C0:C007 \
		0000000000000000FFFF000004013C7F:0019 01 1000
}

big()
{
	echo "  sl  local_address rem_address   st"
	row C000024D:C001 7F3C0103:0019 01 1000
	row C000024D:C002 7F3C0103:0019 01 1000
	row 0A000001:C003 7F3C0103:0019 01 0
	row 0A000001:C004 7F3C0103:001A 01 1000
	row 0A000001:C005 7F3C0103:0019 08 1000
	row 7F3C0103:0019 C000024D:C001 01 1000
	row 20010DB8000000000000000000000077:C006 \
		20010DB8000000000000000000000025:0019 01 1000
	row 00000000000000000000FFFFC000024D:C007 \
		00000000000000000000FFFF7F3C0104:0019 01 1000
}

little >little
big >big

# asked SHELL ORDER USER ADDRESS WANT
asked()
{
	# shellcheck disable=SC2016 # of the inner shell
	$1 -c '. ./function
		address=$3 port=25
		cat() { command cat "$table"; }
		[ "$1" = own ] || od() { echo "$order"; }
		table=$1
		case $1 in
		little) order="     1" ;;
		big) order="   256" ;;
		none) order= table=big ;;
		esac
		addresses_toward "$2"' - "$2" "$3" "$4" >out 2>errors
	[ "$(cat out)" = "$5" ] && [ ! -s errors ]
}

v4=00000000000000000000ffff
own=${v4}c000024d
for shell in dash bash 'busybox sh'; do
	command -v "${shell%% *}" >/dev/null || continue
	for order in little big; do
		check "$shell, $order: one address of this user" \
			asked "$shell" $order 1000 ${v4}7f3c0103 $own
		check "$shell, $order: another user's" \
			asked "$shell" $order 0 ${v4}7f3c0103 ${v4}0a000001
		check "$shell, $order: IPv6" asked "$shell" $order 1000 \
			20010db8000000000000000000000025 \
			20010db8000000000000000000000077
		check "$shell, $order: a mapped address" \
			asked "$shell" $order 1000 ${v4}7f3c0104 $own
		check "$shell, $order: no connection" \
			asked "$shell" $order 1000 ${v4}7f3c0105 ''
	done
	check "$shell: the order is not known: nothing" \
		asked "$shell" none 1000 ${v4}7f3c0103 ''
done

# What this machine itself says of its order.
order=$(printf '\001\000' | od -An -tu2)
case $((order)) in
1) mine=little ;;
*) mine=big ;;
esac
cp $mine own
check "this machine's own order" asked sh own 1000 ${v4}7f3c0103 $own
finish
