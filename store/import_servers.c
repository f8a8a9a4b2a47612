#include "config.h"

#include <string.h>

#include "document.h"
#include "intake.h"

static bool
no_servers(const char *is, struct err *err)
{
	struct buf known = { 0 };

	for (size_t i = 0; formats[i]; i++)
		if (formats[i]->read_policy)
			buf_addf(&known, "%s%s", known.len ? ", " : "",
			    formats[i]->name);
	fail(err, "%s has no whole servers; those that have: %s", is,
	    buf_text(&known));
	buf_free(&known);
	return false;
}

static const struct format *
choose(struct import *notes, const struct source *source, const char *name,
    struct err *err)
{
	struct buf why = { 0 };
	const struct format *format;

	if (name) {
		format = format_find(name);
		if (!format)
			format_unknown(name, false, err);
		else if (!format->read_policy)
			no_servers(format->name, err);
	} else {
		format = format_guess(source, &why);
		notes->why = buf_take(&why);
		if (!format || !format->read_policy)
			no_servers(format ? format->title : "such JSON", err);
	}
	if (!format || !format->read_policy)
		return NULL;
	notes->format = format->name;
	return format;
}

static bool
merge(struct policy *policy, const struct policy *servers, struct err *err)
{
	struct buf text = { 0 };
	bool ok;

	document_add(&text, servers);
	ok = document_merge(policy, buf_text(&text), text.len, err);
	buf_free(&text);
	return ok;
}

bool
import_servers(struct policy *policy, const char *text, size_t len,
    const struct import_rules *rules, struct import *notes, struct err *err)
{
	struct source source = { .name = rules->name ? rules->name : "" };
	const struct format *format;
	struct policy *servers;
	struct intake intake;
	bool ok;

	*notes = (struct import){ 0 };
	if (!source_open(&source, &notes->own, text, len, err))
		return false;
	notes->text = source.text;
	notes->len = source.len;
	format = choose(notes, &source, rules->format, err);
	if (!format)
		return false;
	servers = policy_new();
	intake_open(&intake, notes, rules, &source);
	ok = format->read_policy(servers, &intake, &source, err);
	if (ok && intake.stopped) {
		*err = intake.stop;
		ok = false;
	}
	ok = ok && merge(policy, servers, err);
	found_free(&intake.found);
	policy_free(servers);
	return ok;
}
