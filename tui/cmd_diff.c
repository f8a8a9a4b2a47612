#include "config.h"

#include <string.h>

#include <jansson.h>

#include "changes.h"
#include "command.h"
#include "narrow.h"
#include "out.h"
#include "policy/difference.h"
#include "policy/expire.h"
#include "seen.h"

#define MOST_RANGES 20

/* The policy of a revision; 0 is the empty one before the first. */
static bool
load_policy(struct session *session, int64_t rev, struct policy **policy,
    struct err *err)
{
	if (!rev) {
		*policy = policy_new();
		return true;
	}
	return store_revision(session->store, rev, policy, err);
}

json_t *
counts_json(const struct set *set)
{
	struct buf v4 = { 0 }, v6 = { 0 };
	json_t *json;

	count_add_exact(&v4, set_count(set, 4));
	count_add_exact(&v6, set_count(set, 6));
	json = json_pack("{s:s,s:s}", "v4", buf_text(&v4), "v6",
	    buf_text(&v6));
	buf_free(&v4);
	buf_free(&v6);
	return json;
}

static json_t *
difference_json(const struct difference *d)
{
	static const char *const words[] = { "connect", "relay",
		"relay_authenticated", "anonymous" };
	json_t *gains = json_object(), *loses = json_object();
	struct buf text = { 0 };
	json_t *json;

	for (int i = 0; i < REACHES; i++) {
		json_object_set_new(gains, words[i], counts_json(&d->gains[i]));
		json_object_set_new(loses, words[i], counts_json(&d->loses[i]));
	}
	difference_add_text(&text, d, MOST_RANGES);
	json = json_pack("{s:b,s:o,s:o,s:s,s:s,s:s}", "same", d->same, "gains",
	    gains, "loses", loses, "before", openness_words[d->before],
	    "after", openness_words[d->after], "text", buf_text(&text));
	buf_free(&text);
	return json;
}

/* What goes because its day has come, so that nobody wonders. */
static void
add_expired(struct buf *text, const struct policy *from,
    const struct policy *to)
{
	struct buf lines = { 0 };

	if (expired_add_gone(&lines, from, to, store_now()))
		buf_addf(text, "Expired entries go:\n%s", buf_text(&lines));
	buf_free(&lines);
}

static json_t *
with_expired(json_t *json, const struct policy *from, const struct policy *to)
{
	json_t *all = json_array();
	struct buf lines = { 0 };
	char *rest, *line;

	expired_add_gone(&lines, from, to, store_now());
	rest = lines.data;
	while (rest && (line = strsep(&rest, "\n")) && *line)
		json_array_append_new(all, json_string(line));
	json_object_set_new(json, "expired", all);
	buf_free(&lines);
	return json;
}

json_t *
changes_json(const struct policy *from, const struct policy *to)
{
	struct compiled *before = relay_compile(from);
	struct compiled *after = relay_compile(to);
	struct difference d;
	json_t *json;

	difference_make(&d, before, after);
	json = with_expired(difference_json(&d), from, to);
	difference_free(&d);
	relay_free(before);
	relay_free(after);
	return json;
}

bool
changes_print(const struct policy *from, const struct policy *to, bool json)
{
	struct compiled *before = relay_compile(from);
	struct compiled *after = relay_compile(to);
	struct difference d;
	struct buf text = { 0 };
	bool same;

	difference_make(&d, before, after);
	same = d.same;
	if (json) {
		out_json(with_expired(difference_json(&d), from, to));
	} else {
		difference_add_text(&text, &d, MOST_RANGES);
		seen_add_losses(&text, &d, store_now());
		add_expired(&text, from, to);
		out_text(&text);
	}
	buf_free(&text);
	difference_free(&d);
	relay_free(before);
	relay_free(after);
	return same;
}

bool
changes_print_gateway(const struct policy *from, const struct policy *to,
    const char *gateway, bool json)
{
	struct narrow before, after;
	bool same;

	narrow_make(&before, from, &gateway, 1);
	narrow_make(&after, to, &gateway, 1);
	same = changes_print(&before.policy, &after.policy, json);
	narrow_free(&before);
	narrow_free(&after);
	return same;
}

static bool
read_arguments(struct session *session, int argc, char **argv, int64_t rev[2],
    struct err *err)
{
	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	if (argc - optind > 2)
		return usage_error(err, "diff", "two revisions at most");
	for (int i = 0; optind + i < argc; i++)
		if (!option_number(argv[optind + i], &rev[i], err))
			return false;
	if (!session_open(session, STORE_WRITE, err))
		return false;
	return optind < argc ||
	    store_last_revision(session->store, &rev[0], err);
}

COMMAND(diff)
{
	struct policy *from = NULL, *to = NULL;
	int64_t rev[2] = { 0, 0 };
	bool ok;

	*status = 0;
	ok = read_arguments(session, argc, argv, rev, err) &&
	    load_policy(session, rev[0], &from, err) &&
	    (rev[1] ? load_policy(session, rev[1], &to, err)
	            : session_judged(session, 0, &to, err));
	if (ok && !changes_print(from, to, session->json))
		*status = ERR_NO;
	policy_free(from);
	policy_free(to);
	return ok;
}
