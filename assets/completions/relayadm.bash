# bash completion for relayadm.  The program itself answers what can stand where.
# Nothing of a line, nor of an answer, is ever run.
# shellcheck shell=bash

_relayadm()
{
	local line=${COMP_LINE:0:COMP_POINT} whole kept='' word q answers
	[[ -n $COMP_LINE ]] || line="${COMP_WORDS[*]:0:COMP_CWORD + 1}"
	COMPREPLY=()

	# Of the word readline replaces only what stands behind a break in it.
	whole=${line##*[[:blank:]]}
	if [[ $whole != [\"\']* ]]; then
		kept=$whole
		while [[ -n $kept && ($kept != *[:=@] ||
			$COMP_WORDBREAKS != *"${kept: -1}"*) ]]; do
			kept=${kept%?}
		done
	fi

	answers=$(command relayadm __complete --line "$line" 2>/dev/null)
	while IFS= read -r word; do
		word=${word%%$'\t'*}
		case $word in
		'') continue ;;
		:files)
			compopt -o default 2>/dev/null
			continue
			;;
		:folders)
			compopt -o dirnames 2>/dev/null
			continue
			;;
		*[!A-Za-z0-9@%+=:,./_-]*)
			[[ $whole != [\"\']* ]] || continue
			printf -v q %q "${word#"$kept"}"
			;;
		*) q=${word#"$kept"} ;;
		esac
		COMPREPLY+=("$q")
	done <<<"$answers"
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:/] ]]; then
		compopt -o nospace 2>/dev/null
	fi
} && complete -F _relayadm relayadm
