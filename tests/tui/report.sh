#!/bin/sh
# The report: the same bytes each time, each form as its readers expect it, and
# no text of a policy that does more there than be read.
set -u
program=${builddir:-.}/relayadm
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir" TZ=UTC
export RELAYADM_CLOCK=2026-11-24T10:00:00Z
cd "$dir" || exit 99
n=0 bad=0

# ok WHAT COMMAND...
ok()
{
	what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		bad=1
	fi
}

has() { grep -qF -e "$2" "$1"; }
lacks() { ! grep -qF -e "$2" "$1"; }

cat >policy.json <<'END'
{ "relayadm": 1,
  "lists": [ { "name": "branches", "comment": "<script>alert(1)</script>",
    "entries": [
      { "entry": "192.0.2.0/25", "comment": "=HYPERLINK(\"http://x\",\"y\")",
        "owner": "@cmd", "ticket": "-1+1", "expires": "2027-01-31" },
      { "entry": "192.0.2.128/25", "comment": "a \"b\", c" },
      { "entry": "2001:db8::/48", "comment": "left \u202e thgir &amp; 'q'" } ] } ],
  "servers": [ { "name": "internet", "listen": [ "0.0.0.0:25", "[::]:25" ],
      "authentication": { "basic": true, "tls": "required" },
      "relay": { "entries": [ "list:branches", "10.0.0.0/16", "10.0.1.0/24" ] },
      "routing": { "list": [ { "domain": "corp.example", "action": "inbound" } ],
        "restrictions": { "never": { "entries": [ "10.0.2.0/24" ] } } } },
    { "name": "open", "listen": [ "127.0.0.9:25" ],
      "relay": { "mode": "all-except" } } ],
  "gateways": [ { "name": "mx1", "group": "edge", "ssh": { "host": "mx1.example" },
      "servers": [ "internet" ] },
    { "name": "mx2", "ssh": { "host": "mx2.example" }, "servers": [ "open" ] } ] }
END
"$program" load policy.json >/dev/null &&
	"$program" commit -m 'why <b>not</b>' --override open-relay >/dev/null ||
	exit 99

for form in text csv json html; do
	"$program" report --format $form >$form || bad=1
	RELAYADM_CLOCK=2031-01-01T00:00:00Z LC_ALL=C LANG=C \
		"$program" report --rev 1 --format $form >again
	ok "$form: the same bytes another day, in another locale" cmp $form again
done
"$program" report --json >again
ok "--json is --format json" cmp json again

ok "the digest is that of the dump" has text \
	"SHA-256                $("$program" dump 1 | sha256sum | cut -c1-64)"
ok "ranges are merged, with their counts" has text \
	'    192.0.2.0/24                       ipv4: 256; why: row 10, relay restrictions: list:branches 192.0.2.0/25; entries: 2'
ok "what NEVER takes is not there" has text \
	'    10.0.0.0/23                        ipv4: 512; why: row 10, relay restrictions: 10.0.0.0/16; entries: 2'
ok "behind it the block goes on" has text \
	'    10.0.3.0-10.0.255.255              ipv4: 64,768; why: row 10, relay restrictions: 10.0.0.0/16; entries: 1'
ok "who logs on is told apart" has text \
	'    0.0.0.0-10.0.1.255                 ipv4: 167,772,672; why: row 9, authenticated, regardless of the list; entries: 2'
ok "IPv6 is counted" has text \
	'    2001:db8::/48                      ipv6: 2^80; why: row 10, relay restrictions: list:branches 2001:db8::/48; entries: 1'
ok "an open relay is named, and who overrode it" grep -q \
	'open-relay .*level: error; object: server:open; .*override: overridden by revision 1' text
ok "notes stand beside the entry" has text \
	'    192.0.2.0/25                       ipv4: 128; owner: @cmd; ticket: -1+1; expires: 2027-01-31; comment: =HYPERLINK'

# Every range of the report, by its ends, against decide.
"$program" report --format csv | tr -d '\r' | awk -F, '
	$3 ~ /^relays_/ {
		split($5, ends, "-")
		split(ends[1], block, "/")
		auth = $3 ~ /having/
		family = block[1] ~ /:/ ? "b@far.example" : "a@far.example"
		print $2 "\t" block[1] "\t-\t" auth "\t-\t" family
		if (ends[2] != "")
			print $2 "\t" ends[2] "\t-\t" auth "\t-\t" family
	}' >questions
ok "there are ranges to ask about" [ "$(wc -l <questions)" -gt 10 ]
ok "decide lets both ends of each range relay" [ "$("$program" decide \
	--batch questions --rev 1 | grep -vc '^accept-relay')" -eq 0 ]

# --- forms ----------------------------------------------------------------------
ok "csv: a formula is text" has csv '"'\''=HYPERLINK(""http://x"",""y"")"'
ok "csv: so are a command and a sum" has csv "'@cmd,'-1+1,2027-01-31"
ok "csv: quotes are doubled" has csv '"a ""b"", c"'
ok "csv: lines end as RFC 4180 has it" \
	[ "$(grep -vc "$(printf '\r')\$" csv)" -eq 0 ]
ok "csv: every digit of a large number" has csv ,1208925819614629174706176,
ok "csv: each row has as many cells" [ "$(sed 's/"[^"]*"//g' csv | tr -cd ',\n' |
	awk '{ print length }' | sort -u | wc -l)" -eq 1 ]
ok "json: relayadm's own reader takes it for JSON" sh -c "'$program' load \
	json 2>&1 | grep -q 'revision'"
ok "html: markup of a comment is text" has html \
	'&lt;script&gt;alert(1)&lt;/script&gt;'
ok "html: no script and no address to load from" sh -c \
	"! grep -qiE '<(script|img|link|iframe)|src=|href=|url\(' html"
ok "html: an entity of a comment stays as typed" has html \
	'&amp;amp; &#39;q&#39;'
ok "html: what turns text round is visible" has html 'left \u{202E} thgir'
ok "html: and is not there itself" lacks html "$(printf '\342\200\256')"
ok "html: says that nothing is to be loaded" has html "default-src 'none'"

# --- names ----------------------------------------------------------------------
"$program" report mx1 >some
ok "a gateway: what it carries" has some 'internet'
ok "a gateway: not what others carry" lacks some 'server:open'
"$program" report open >some
ok "a server: who carries it" has some mx2
ok "a server: not other lists" lacks some branches
ok "a misspelt name is refused" sh -c \
	"'$program' report mx3 2>&1 | grep -q 'no server or gateway'"
ok "an unknown form is refused" sh -c \
	"'$program' report --format pdf 2>&1 | grep -q 'text, csv, json, html'"

# --- the draft ------------------------------------------------------------------
"$program" server set internet relay.entries+=172.16.0.0/12 >/dev/null
"$program" report >again
ok "an edit changes nothing of the revision" cmp text again
"$program" report --draft >again
ok "the draft has it" has again '172.16.0.0/12'
ok "and is called that" has again 'the draft, which is no revision yet'

# --- a browser --------------------------------------------------------------------
browser=
for name in chromium chromium-browser google-chrome; do
	[ -n "$browser" ] || browser=$(command -v $name) || browser=
done
browse()
{
	timeout 60 "$browser" --headless --no-sandbox --disable-gpu \
		--user-data-dir="$dir/browser" "$@" "file://$dir/html.html" \
		2>/dev/null
}
cp html html.html
if [ -z "$browser" ] || ! browse --dump-dom >dom; then
	n=$((n + 1))
	echo "ok $n # SKIP no chromium here that starts"
else
	rows=$(grep -o '<tr>' html | wc -l)
	ok "browser: it sees every row" \
		[ "$(grep -o '<tr>' dom | wc -l)" -eq "$rows" ]
	ok "browser: the text of a comment is text" has dom \
		'&lt;script&gt;alert(1)&lt;/script&gt;'
	ok "browser: no element came from a comment" sh -c \
		"! grep -qiE '<(script|b|img)[ >]' dom"
	browse --print-to-pdf="$dir/page.pdf" --no-pdf-header-footer
	ok "browser: it prints" [ "$(head -c 5 page.pdf)" = %PDF- ]
	browse --window-size=1000,1400 --screenshot="$dir/page.png"
	ok "browser: it draws" [ "$(head -c 4 page.png | tail -c 3)" = PNG ]
	[ -z "${KEEP:-}" ] || cp page.pdf page.png html "$KEEP"
fi
echo "1..$n"
exit $bad
