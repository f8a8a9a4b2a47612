#!/bin/sh
# Copies of the database: made, verified, restored; a damaged one is told.
set -u
program=$(cd "${builddir:-.}" && pwd)/relayadm
tap=$(cd "${srcdir:-.}" && pwd)/tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export RELAYADM_DB="$dir/policy.db" HOME="$dir" \
	RELAYADM_CLOCK=2026-11-20T09:31:00Z
cd "$dir" || exit 99
# shellcheck source=tests/tap.sh
. "$tap"

r() { "$program" "$@" >out 2>errors; }
said() { grep -qF -e "$1" out errors; }
# status WANTED COMMAND...
status() { wanted=$1; shift; r "$@"; [ $? -eq "$wanted" ]; }

r server add internet listen=10.9.0.1:25 relay.entries=10.0.0.0/8
r commit -m first
r list add more entries=192.0.2.0/24
r commit -m second
r list add draft
r dump --draft
cp out all

check 'a copy is made' status 0 backup copy.db
check '... that is sound, and says of what' said '2 revisions, 3 objects'
check '... and names the end of the chain' said 'chain '
chain=$(sed -n 's/^chain //p' out)
check '... for its owner alone' test "$(stat -c %a copy.db)" = 600
check '... with nothing beside it' test "$(echo copy.db*)" = copy.db
check 'a file that is there is left alone' status 3 backup copy.db
check '... and named' said 'copy.db: there is a file of that name'
check 'a folder is none' status 3 backup "$dir"
check 'the database is verified' status 0 verify
check '... to the same chain' said "chain $chain"
check '... as JSON' sh -c '"$0" --json verify | grep -q "\"revisions\": 2"' \
	"$program"
check 'no file, no words' status 2 backup
check 'nothing to verify' status 3 verify none.db

# Every flipped byte is found, or changes nothing.  The rows stand at the ends
# of the pages.
pages=$(($(stat -c %s copy.db) / 4096))
found=0 same=0 wrong=0
for at in $(seq 1 $pages | awk '{ for (k = 3; k < 200; k += 40)
	print $1 * 4096 - k }'); do
	cp copy.db flipped.db
	byte=$(od -An -tu1 -j $at -N 1 copy.db | tr -d ' ')
	# shellcheck disable=SC2059
	printf "\\$(printf %o $((byte ^ 16)))" |
		dd of=flipped.db bs=1 seek=$at conv=notrunc 2>/dev/null
	if ! r verify flipped.db; then
		found=$((found + 1))
	elif said "chain $chain" && "$program" --database flipped.db \
		dump --draft 2>/dev/null | cmp -s - all; then
		same=$((same + 1))
	else
		wrong=$((wrong + 1))
	fi
	rm -f flipped.db*
done
echo "# of $((found + same + wrong)) flipped bytes $found found, $same unused"
check 'a flipped byte is found, or changes nothing' test $wrong -eq 0
check '... and some were found' test $found -gt 30

r list add third
r commit -m third
r dump --draft
cp out later
check 'a copy is restored' status 0 restore copy.db
check '... which says where the other is' said policy.db.before-20261120T093100Z
r dump --draft
check '... all of it' cmp -s out all
r log
check '... and no more' test "$(wc -l <out)" = 2
r --database policy.db.before-20261120T093100Z dump --draft
check 'what was there is kept' cmp -s out later
check 'what is kept is not overwritten' status 3 restore copy.db
r dump --draft
check '... and nothing was changed then' cmp -s out all
export RELAYADM_CLOCK=2026-11-20T09:32:00Z
head -c 5000 copy.db >broken.db
check 'a broken copy is refused' status 3 restore broken.db
check '... by its name' said 'broken.db'
r dump --draft
check '... and nothing was changed' cmp -s out all
check '... and nothing is left lying' test "$(find . -name '*restore*')" = ''

echo garbage >policy.db
check 'a damaged database is known' status 3 log
check '... and the copy takes its place' status 0 restore copy.db
r dump --draft
check '... whole' cmp -s out all
check '... and the damaged one is kept' \
	grep -q garbage policy.db.before-20261120T093200Z
rm policy.db
check 'where nothing is it is restored, too' status 0 restore copy.db
r dump --draft
check '... whole' cmp -s out all
"$program" --readonly restore copy.db >out 2>errors
check 'read only, nothing is restored' said 'read only'
finish
