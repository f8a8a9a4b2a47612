# shellcheck shell=sh disable=SC2034,SC2154,SC2317 # of the gate's files
# Runs in a gateway of the lab, after the gate's own text without its last part:
# for each folder below /rig, the files of a policy are built and asked as the
# gate does before a push.  Prints the folder's name and "same", or what differs.
# mta is set.

need
nonce=-
trap : HUP PIPE
"${mta}_prepare" || exit 1

# The one scratch Postfix serves all: what it has is of none of the policies.
keep_postfix()
{
	eval "start_$(sed -n '/^scratch_start()/,/^}/p' /rig/gate)"
	eval "stop_$(sed -n '/^scratch_stop()/,/^}/p' /rig/gate)"
	started=no
	scratch_start() {
		[ "$started" = yes ] || start_scratch_start || return 1
		started=yes
	}
	scratch_stop() { :; }
}

build()
{
	rm -rf "$new"
	cp -r "$1" "$new" || return 1
	# Postfix waits for files that may still be written to.
	find "$new" -type f -exec touch -d '1 hour ago' {} +
	"${mta}_build"
}

# Of Postfix what asks without looking at all settings again.
check_only()
{
	case $mta in
	postfix)
		rm -f "$try/wrong"
		scratch_start && check_answers
		;;
	*) "${mta}_check_behaviour" ;;
	esac
}

# ask_those WORKER: every $jobs-th folder, with files of its own.
ask_those()
{
	new=$base/rig.$1 try=$base/try.$1 n=0
	tables=$new
	[ "$mta" != postfix ] || keep_postfix
	for folder in /rig/[0-9]*; do
		n=$((n + 1))
		[ $((n % jobs)) -eq "$1" ] || continue
		if ! said=$(build "$folder" 2>&1); then
			echo "$(basename "$folder") not built: $said"
			continue
		fi
		wrong=$(check_only 2>&1 | head -n 1)
		echo "$(basename "$folder") ${wrong:-same}"
	done
	[ "$mta" != postfix ] || stop_scratch_stop
}

jobs=3
for worker in 0 1 2; do
	ask_those $worker &
done
wait
