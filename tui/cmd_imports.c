#include "config.h"

#include <inttypes.h>

#include <jansson.h>

#include "command.h"
#include "out.h"
#include "store/origin.h"

static json_t *
record_json(const struct import_record *r)
{
	struct buf time = { 0 };
	json_t *json;

	add_time(&time, r->time);
	json = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:I,"
	    "s:I,s:b}", "import", (json_int_t)r->id, "time", buf_text(&time),
	    "author", r->author, "target", r->target, "source", r->source,
	    "mode", import_mode_words[r->mode], "sha256", r->digest, "bytes",
	    (json_int_t)r->size, "lines", (json_int_t)r->lines, "format",
	    r->format, "options", r->options, "came", (json_int_t)r->came,
	    "went", (json_int_t)r->went, "undone", r->undone);
	buf_free(&time);
	return json;
}

static void
print_record(const struct import_record *r)
{
	struct buf line = { 0 };

	buf_addf(&line, "#%" PRId64 "  ", r->id);
	add_time(&line, r->time);
	buf_addf(&line, "  %s  %s %s  %s  +%" PRId64 " -%" PRId64, r->author,
	    import_mode_words[r->mode], r->source, r->target, r->came,
	    r->went);
	buf_addf(&line, "  (%" PRId64 " lines, %s%s%s, sha256 %.12s)%s\n",
	    r->lines, r->format, *r->options ? " " : "", r->options,
	    r->digest, r->undone ? "  undone" : "");
	out_text(&line);
	buf_free(&line);
}

COMMAND(imports)
{
	struct import_record *records = NULL;
	struct target target;
	json_t *all = json_array();
	size_t count = 0;
	bool ok, one;

	*status = 0;
	ok = option_next(session, argc, argv, NULL, err) != '?';
	if (ok && argc - optind > 1)
		ok = usage_error(err, "imports", "one TARGET at most");
	one = ok && optind < argc;
	ok = ok && (!one || target_parse(&target, argv[optind], err)) &&
	    session_open(session, STORE_WRITE, err) &&
	    store_imports(session->store, one ? &target : NULL, &records,
	        &count, err);
	for (size_t i = 0; ok && i < count; i++) {
		json_array_append_new(all, record_json(&records[i]));
		if (!session->json)
			print_record(&records[i]);
	}
	if (ok)
		import_records_free(records, count);
	if (ok && session->json)
		out_json(all);
	else
		json_decref(all);
	return ok;
}
