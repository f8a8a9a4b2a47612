# The part of the gate of relayadm that asks what is in force, as any client: the
# files of the generation and the administrator's own, as they stand now.
# shellcheck shell=sh disable=SC2154,SC2034 # variables of relayadm-gate.sh
#
# It changes nothing.  What it needs is in a folder of its own, which is removed;
# the running mail server is not asked, and hears nothing of it.

# Of each listener so many answers are told that differ.
differ_most=100

# As in a push, but with the listeners that the questions are about.
ask()
{
	current >/dev/null ||
		result REFUSED "nothing was pushed to this gateway yet, so that it has nothing to be asked about; push to it first"
	need
	[ "$(mta_of "$base/current/record")" = "$mta" ] ||
		result REFUSED "what is in force was placed for $(mta_of "$base/current/record"), and not for $mta; push to it first"
	holder=$(cat "$base/holder" 2>/dev/null)
	take_lock "the questions of a probe"
	new=$base/asking try=$base/asking/try scrap=$base/asking
	trap ask_clean EXIT
	trap 'exit 1' TERM INT
	[ ! -e "$base/journal" ] ||
		result REFUSED "generation $(value "$base/journal" generation) waits for its confirmation; ask when that push has ended"
	# One that was killed may have left something that runs.
	"${mta}_scratch_end"
	rm -rf "$new"
	say RELAYADM-SEND whole
	reason=$(ask_receive 2>&1) ||
		result FAILED "${reason:-what arrived is not what was sent}"
	say RELAYADM-STATUS "revision $(value "$base/current/record" revision)"
	drift 2>/dev/null | head -n 5 | while IFS= read -r line; do
		say RELAYADM-STATUS "drift $(clean "$line")"
	done
	tick
	until=$((up + 240))
	phase 240
	reason=
	: >"$new/answers"
	cp "$new/questions" "$new/attempted"
	"${mta}_in_force" ||
		result FAILED "what is in force cannot be asked: ${reason:-a folder for it cannot be made}"
	tell_answers
	result OK
}

ask_receive()
{
	receive &&
		slice "$new/payload" 0 "$manifest_len" >"$new/services" &&
		slice "$new/payload" "$manifest_len" "$question_len" \
			>"$new/questions" &&
		chgrp "$(id -gn "$owner")" "$new" && chmod 710 "$new"
}

ask_clean()
{
	"${mta}_scratch_end"
	rm -rf "$base/asking"
	if [ -n "$holder" ]; then
		printf '%s\n' "$holder" >"$base/holder"
	else
		rm -f "$base/holder"
	fi 2>/dev/null
}

# Is the time over that all questions have?  Those of a push have each their own.
late()
{
	[ "$until" -ne 0 ] || return 1
	tick
	[ "$up" -ge "$until" ]
}

# unasked LISTENER WHY
unasked()
{
	say RELAYADM-STATUS "unasked $1 $(clean "$2")"
}

# From lines "QUESTION<tab>REPLY": "differs LISTENER CLIENT NAME LOGGED-ON
# RECIPIENT WANTED REPLY", with all=1 also "agrees ...", and for each listener
# "asked LISTENER ASKED DIFFERING LEFT", LEFT being those that this mail server is
# not asked.
tell_answers()
{
	awk -F '\t' -v line="RELAYADM-STATUS $nonce " -v all="$all" \
		-v most="$differ_most" '
	pass == 1 { total[$1]++; if ($1 > n) n = $1 + 0; next }
	pass == 2 { tried[$1]++; next }
	{
		asked[$1]++
		reply = $7 == "" ? "nothing" : substr($7, 1, 300)
		gsub(/[^ -~]/, "?", reply)
		wrong = substr($7, 1, 3) != $6
		if (wrong ? ++differ[$1] <= most || all : all)
			print line (wrong ? "differs " : "agrees ") $1, $2, \
				$3, $4, $5, $6, reply
	}
	END {
		for (k = 1; k <= n; k++)
			print line "asked " k, asked[k] + 0, differ[k] + 0, \
				total[k] - tried[k]
	}' pass=1 "$new/questions" pass=2 "$new/attempted" \
		pass=3 "$new/answers" 2>/dev/null || lost=1
}
