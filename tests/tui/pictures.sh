#!/bin/sh
# The pictures of assets/pictures are what the console shows now: the same
# bytes, well-formed, with every text of the screen; README shows three of the
# same screens.
# UPDATE=1 writes pictures and README anew: look at them before committing.
set -u

srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
program=${RELAYADM:-$builddir/relayadm}
keys=$srcdir/tests/tui/pictures.keys
pictures=$srcdir/assets/pictures
screen_rows=24

if [ ! -x "$builddir/tests/tui/play" ]; then
	echo "1..0 # SKIP built without libvterm"
	exit 0
fi
# shellcheck source=tests/tap.sh
. "$srcdir/tests/tap.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/pictures.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
mkdir "$work/home" && cd "$work" || exit 99

unset NO_COLOR COLUMNS LINES ESCDELAY RELAYADM_ASCII RELAYADM_DB \
	RELAYADM_TEST_FD RELAYADM_THEME
export LC_ALL=C.UTF-8 TERM=xterm-256color TZ=UTC SUDO_USER=ana
export RELAYADM_CLOCK=2026-11-20T09:31:00Z HOME="$work/home"
export RELAYADM="$program" PUSHED="$builddir/tests/tui/pushed"
export SAMPLE="$srcdir/assets/sample/policy.json"
export GATEWAY="$srcdir/tests/tui/ssh_gateway.sh"
export HOST_KEY=SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA

timeout 120 "$builddir/tests/tui/play" "$program" --database policy.db \
	<"$keys" >screens 2>errors || cat errors >>screens
ok "the keys can be typed" "$(sed -n '/^line [0-9]* fails/,$p' screens)"

if [ -n "${UPDATE:-}" ]; then
	mkdir -p "$pictures" && rm -f "$pictures"/*.svg &&
		cp -- *.svg "$pictures" || exit 99
fi
ok "the pictures are those of assets/pictures" "$(
	for here in *.svg; do echo "$here"; done >made
	(cd "$pictures" && for there in *.svg; do echo "$there"; done) |
		diff - made)"
ok "the same screens, the same bytes: else make pictures" "$(
	for picture in *.svg; do
		cmp "$picture" "$pictures/$picture" 2>&1
	done)"
if command -v xmllint >/dev/null; then
	ok "they are well-formed" "$(xmllint --noout ./*.svg 2>&1)"
else
	n=$((n + 1))
	echo "ok $n # SKIP xmllint is not installed"
fi

# What is to be read in a screen or a picture: no blanks, no frames.
letters()
{
	sed 's/[─│┌┐└┘├┤]//g' | tr -d ' \n'
}

screen()
{
	at=$(sed -n 's/^svg \(.*\)-dark.svg$/\1/p' "$keys" |
		sed -n "/^$1\$/=")
	sed -n "$(((at - 1) * screen_rows + 1)),$((at * screen_rows))p" screens
}

ok "each holds the texts of its screen" "$(for picture in *.svg; do
	screen "${picture%-*}" | letters >wanted
	sed -n 's|^<text [^>]*>\(.*\)</text>$|\1|p' "$picture" |
		sed 's/&lt;/</g; s/&amp;/\&/g' | letters >held
	[ -s wanted ] && cmp -s wanted held || echo "$picture"
done)"

# As README has it: frames of ASCII, without lines in which nothing stands.
plain()
{
	sed 's/─/-/g; s/│/|/g; s/[┌┐└┘├┤]/+/g' | grep -v '^[ |]*$'
}

# The screen of README with the same second line.
in_readme()
{
	sed -n '/^ relayadm  /,/:Help$/p' "$srcdir/README" |
		awk -v title="$(sed -n 2p "$1")" '
		    /^ relayadm  / { held = ""; here = 0 }
		    { held = held $0 "\n" }
		    $0 == title { here = 1 }
		    /:Help$/ && here { printf "%s", held; exit }' | plain
}

for name in relay who ask; do
	screen "$name" | plain >"$name.readme"
	if [ -n "${UPDATE:-}" ]; then
		in_readme "$name.readme" >old
		awk -v old="$(cat old)" -v new="$(cat "$name.readme")" '
		    { all = all $0 "\n" }
		    END { at = index(all, old)
			printf "%s%s%s", substr(all, 1, at - 1), new,
			    substr(all, at + length(old)) }' \
			"$srcdir/README" >readme
		cat readme >"$srcdir/README"
	fi
	ok "README shows the screen '$name' as it is" "$(
		in_readme "$name.readme" | diff "$name.readme" -)"
done
finish
