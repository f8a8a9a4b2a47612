#include "config.h"

#include <string.h>

#include <jansson.h>

#include "command.h"
#include "out.h"
#include "store/past.h"
#include "store/shape.h"

static json_t *
past_json(const struct past *past)
{
	struct buf time = { 0 };
	json_t *json;

	add_time(&time, past->step.time);
	json = json_pack("{s:s,s:s,s:s,s:s,s:o,s:s?}", "time",
	    buf_text(&time), "author", past->step.author, "what",
	    !past->before      ? "added"
	        : !past->after ? "removed"
	                       : "changed",
	    "step", past->step.label, "revision",
	    past->revision ? json_integer((json_int_t)past->revision)
	                   : json_null(),
	    "message", past->message);
	buf_free(&time);
	return json;
}

/* "~ 2026-11-20 09:31:00 UTC  ana  revision 3  set server internet  (why)" */
static void
print_past(const struct past *past)
{
	struct buf line = { 0 };

	buf_addf(&line, "%c ", !past->before ? '+' : !past->after ? '-' : '~');
	add_time(&line, past->step.time);
	buf_addf(&line, "  %s  ", past->step.author);
	if (past->revision)
		buf_addf(&line, "revision %lld", (long long)past->revision);
	else
		buf_add(&line, "draft");
	buf_addf(&line, "  %s", past->step.label);
	if (past->message)
		buf_addf(&line, "  (%s)", past->message);
	buf_addc(&line, '\n');
	out_text(&line);
	buf_free(&line);
}

static void
print_all(const struct session *session, const struct past *past,
    size_t count)
{
	json_t *all = session->json ? json_array() : NULL;

	for (size_t i = 0; i < count; i++)
		if (all)
			json_array_append_new(all, past_json(&past[i]));
		else
			print_past(&past[i]);
	if (all)
		out_json(all);
}

bool
log_object(struct session *session, int argc, char **argv, struct err *err)
{
	struct past *past = NULL;
	size_t count = 0;
	int kind = 0;

	while (kind < KIND_COUNT && strcmp(object_words[kind], argv[0]) != 0)
		kind++;
	if (argc != 2 || kind == KIND_COUNT)
		return usage_error(err, "log", "a kind of object and its NAME");
	if (!session_open(session, STORE_WRITE, err) ||
	    !store_past(session->store, (enum object_kind)kind, argv[1],
	        &past, &count, err))
		return false;
	print_all(session, past, count);
	past_free(past, count);
	return count > 0 || fail(err, "there never was a %s %.80s",
	    object_words[kind], argv[1]);
}
