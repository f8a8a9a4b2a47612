#include "config.h"

#include "access_value.h"

#define ALLOW VERDICT_ALLOW, NULL
#define DENY VERDICT_DENY, NULL
#define NONE VERDICT_NONE

#define LATER "its result leaves it to the rules behind the table"

const struct access_word access_postfix[] = {
	{ "OK", ALLOW, },
	{ "RELAY", ALLOW, },
	{ "permit", ALLOW, },
	{ "REJECT", DENY, },
	{ "DEFER", DENY, },
	{ "DEFER_IF_PERMIT", DENY, },
	{ "DISCARD", DENY, },
	{ "DUNNO", NONE, LATER, },
	{ "DEFER_IF_REJECT", NONE, LATER, },
	{ "HOLD", NONE, LATER, },
	{ "INFO", NONE, LATER, },
	{ "WARN", NONE, LATER, },
	{ "PREPEND", NONE, LATER, },
	{ "BCC", NONE, LATER, },
	{ "FILTER", NONE, LATER, },
	{ "REDIRECT", NONE, LATER, },
	{ NULL, ALLOW, },
};

const struct access_word access_sendmail[] = {
	{ "RELAY", ALLOW, },
	{ "REJECT", DENY, },
	{ "DISCARD", DENY, },
	{ "OK", NONE, "sendmail lets it in with OK but does not relay for it; "
	    "RELAY does", },
	{ "SKIP", NONE, LATER, },
	{ NULL, ALLOW, },
};

static enum verdict
judge_number(struct span word)
{
	/* 4xx and 5xx are replies; other numbers are old ways to say OK. */
	if (word.len == 3 && (word.text[0] == '4' || word.text[0] == '5'))
		return VERDICT_DENY;
	return VERDICT_ALLOW;
}

static const struct access_word *
find_word(const struct access_word *words, struct span word)
{
	while (words->word && !span_is(word, words->word))
		words++;
	return words;
}

enum verdict
access_verdict(const struct access_word *words, struct span value)
{
	struct span word;

	if (value.len && value.text[0] == '"')
		value = span_from(value, 1);
	if (!span_word(&value, &word))
		return VERDICT_UNKNOWN;
	if (span_only(word, "0123456789"))
		return judge_number(word);
	if (words == access_sendmail && span_starts(word, "ERROR:"))
		return VERDICT_DENY;
	words = find_word(words, word);
	return words->word ? words->verdict : VERDICT_UNKNOWN;
}

bool
access_judge(struct intake *intake, struct item *item,
    const struct access_word *words, struct span value)
{
	enum verdict verdict = access_verdict(words, value);
	struct span rest = value, word;

	item->denied = verdict == VERDICT_DENY;
	item->undecided = NULL;
	if (verdict == VERDICT_NONE && span_word(&rest, &word))
		item->undecided = find_word(words, word)->why;
	if (verdict != VERDICT_UNKNOWN)
		return true;
	if (!value.len)
		intake_bad(intake, item, "nothing stands behind it; write OK "
		    "or REJECT");
	else
		intake_bad(intake, item, "'%.*s' does not say whether it is "
		    "allowed; write OK or REJECT", SPAN_SHOWN(value));
	return false;
}
