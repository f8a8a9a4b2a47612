# The last part of the gate of relayadm: where it begins.
# shellcheck shell=sh disable=SC2154 # variables of relayadm-gate.sh

main()
{
	trap : HUP PIPE
	case ${1:-} in
	dead-man|boot)
		case $1 in
		boot) boot ;;
		*) dead_man "$2" ;;
		esac
		exit 0
		;;
	esac
	read_request
	case $verb in
	apply|status|fetch|examine|rollback) "$verb" ;;
	*) result REFUSED "unknown request" ;;
	esac
}

main "$@"
