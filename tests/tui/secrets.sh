#!/bin/sh
# What others must not get: files for their owner only whatever the umask was,
# no file open in a program that the console runs, no core file, a folder that
# others can write to is no place for a database.
set -u
. "$(dirname "$0")/../tap.sh"
build=$(cd "${builddir:-.}" && pwd)
program=$build/relayadm
play=$build/tests/tui/play
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
mkdir home work
export HOME="$dir/home" LC_ALL=C.UTF-8 TERM=xterm-256color
unset RELAYADM_DB XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME

# Files and folders that others may read, write or enter.
open_to_others() { find home work -mindepth 1 -perm /077 ! -type l; }

umask 000
chmod 700 home work
cat >list <<'END'
192.0.2.7
nonsense
END
{
	"$program" server add internet --preset standard listen=127.0.0.1:2525
	"$program" list add branches
	"$program" gateway add mx1 ssh.host=127.0.0.1 ssh.port=1 servers=internet
	"$program" import list --into list:branches --skip-bad --rejects work/rejects
	"$program" commit -m first
	"$program" render mx1 --out work/files
} >said 2>&1 || ok "a policy" "$(cat said)"
ok "there is a database, rejects and files" \
	"$(for f in home/.local/share/relayadm/policy.db work/rejects \
		work/files; do [ -e $f ] || echo "no $f"; done)"
ok "commands leave nothing open to others, umask 000" "$(open_to_others)"

mkdir -m 777 shared
"$program" --database shared/policy.db dump --draft >/dev/null 2>&1 ||
	:
ok "nor beside it in a folder of others" \
	"$(find shared -mindepth 1 -perm /077)"

if [ ! -x "$play" ]; then
	echo "# built without libvterm: the console is left out"
	finish
fi

cat >editor <<'END'
#!/bin/sh
# What a program gets that the console runs.
ls -l /proc/$$/fd >"$SEEN/fds"
ulimit -c >"$SEEN/core"
env | grep -i 'pass\|secret' >"$SEEN/secrets"
exit 0
END
chmod 755 editor
cat >script <<END
env EDITOR=$dir/editor
env SEEN=$dir
run
wait Virtual servers
type jE
wait nothing
END
"$play" "$program" <script >said 2>&1 || echo "# $(tail -n 30 said)"
ok "an editor was run" "$([ -e core ] || tail -n 30 said)"
ok "it gets no file but its terminal" "$(sed -n 's/.* \([0-9]*\) -> /\1 /p' fds | grep -v '^[012] ' |
	grep -v " $dir/editor\| /dev/pts/")"
ok "no core file" "$(grep -vx 0 core)"
ok "the console leaves nothing open to others, umask 000" "$(open_to_others)"

finish
