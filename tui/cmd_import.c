#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "import_options.h"
#include "import_report.h"
#include "import_rows.h"
#include "import_servers.h"
#include "out.h"
#include "policy/name.h"
#include "policy/set.h"
#include "resolver.h"
#include "store/format.h"
#include "store/origin.h"


struct import_options {
	const char *file, *into, *rejects;
	enum import_mode mode;
	unsigned accept;
	int widest4, widest6; /* -1: the usual ones */
	bool dry_run, skip_bad, as_servers, strict;
	bool resolve;
	const char *resolver; /* the server that is asked; NULL: the usual */
	const char *source; /* NULL: the name of the file */
	struct import_rules rules;
	struct buf words; /* how it is read, for the record */
};

struct importing {
	struct session *session;
	const struct import_options *options;
	struct import_rules rules;
	struct target target;
	struct policy *draft;
	int64_t head;
	struct buf text;
	struct import import;
	struct arrival arrival;
	struct resolver *resolver; /* NULL: nobody is asked */
	struct dns dns;
	struct policy *after;   /* of a dry run */
	struct refresh refresh; /* of --refresh */
	struct entries present; /* ... and what is judged against */
	int64_t id;             /* of the import */
	bool private_there; /* private space is worth a word */
};

static bool
show_progress(size_t done, size_t total, void *context)
{
	(void)context;
	out_progress("import", done, total);
	return true;
}

/* --- judging ----------------------------------------------------------- */

/* Without folders; NULL for standard input. */
static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!strcmp(path, "-"))
		return NULL;
	return slash ? slash + 1 : path;
}

static void
set_rules(struct importing *i)
{
	const struct import_options *o = i->options;

	i->rules = o->rules;
	i->rules.progress = show_progress;
	i->rules.name = file_name(o->file);
	arrival_rules(&i->rules, &i->target, i->draft);
	/* A script has nobody to ask: it is held up by what no list of clients
	 * should hold, and the rest is told. */
	if (!o->strict) {
		i->private_there = i->rules.holds & HOLD_PRIVATE;
		i->rules.holds &= ~(unsigned)HOLD_PRIVATE;
		i->rules.widest4 = 8;
		i->rules.widest6 = 19;
	}
	i->rules.holds &= ~o->accept;
	i->rules.overrules = o->mode != IMPORT_ADD;
	if (o->mode == IMPORT_REMOVE)
		i->rules.holds = 0;
	if (o->widest4 >= 0)
		i->rules.widest4 = o->widest4;
	if (o->widest6 >= 0)
		i->rules.widest6 = o->widest6;
}

static const char *
source_name(const struct import_options *o)
{
	const char *name = file_name(o->file);

	return o->source ? o->source : name ? name : "standard input";
}

static const struct entries *
entries_there(const struct importing *i)
{
	static const struct entries none;
	const struct entries *there = target_entries(&i->target, i->draft);

	return there ? there : &none;
}

/* Of a refresh only that is new which the source did not say the last time. */
static bool
find_present(struct importing *i, struct err *err)
{
	const struct entries *there = entries_there(i);

	if (i->options->mode != IMPORT_REFRESH)
		return true;
	if (!store_refresh(i->session->store, &i->target, there,
	        source_name(i->options), &i->refresh, err))
		return fail_in(err, "%s", i->options->into);
	entries_copy(&i->present, &i->refresh.said);
	entries_append_all(&i->present, there);
	entries_settle(&i->present);
	i->arrival.refresh = &i->refresh;
	return true;
}

static struct import_report
report_of(const struct importing *i)
{
	bool refresh = i->options->mode == IMPORT_REFRESH;

	return (struct import_report){ .file = i->options->file,
		.into = i->options->into, .import = &i->import,
		.rules = &i->rules, .id = i->id,
		.present = refresh ? &i->present : entries_there(i),
		.arrival = i->arrival.object ? &i->arrival : NULL,
		.after = i->after, };
}

/* Nothing may be imported while a line is wrong or waits for a yes. */
static bool
check_lines(const struct importing *i, struct err *err)
{
	const struct import *m = &i->import;
	struct buf why = { 0 };

	if (m->bad_count && !i->options->skip_bad)
		return fail(err, "%s: %zu bad line%s, nothing was imported; "
		    "mend them or say --skip-bad", i->options->file,
		    m->bad_count,
		    m->bad_count == 1 ? "" : "s");
	if (!m->holding)
		return true;
	for (int k = 0; k < HOLDS; k++)
		if (m->hold_counts[k])
			buf_addf(&why, "%s%s", why.len ? "," : "",
			    hold_words[k]);
	fail(err, "%s: %zu %s held, nothing was imported; if that is meant "
	    "say --accept %s, or leave them out by --skip-held",
	    i->options->file, m->holding,
	    m->holding == 1 ? "line is" : "lines are", buf_text(&why));
	buf_free(&why);
	return false;
}

/* Taken, but worth a word: what the Internet's servers are to trust there. */
static void
say_private(const struct importing *i)
{
	struct set listed, routable;
	struct buf count = { 0 };

	if (!i->private_there)
		return;
	set_of_entries(&listed, &i->import.entries);
	set_routable(&routable);
	set_subtract(&listed, &listed, &routable);
	if (!set_empty(&listed)) {
		count_add(&count, set_count(&listed, listed.v4_count ? 4 : 6));
		out_note("%s: %s IPv%d addresses are private or reserved, and "
		    "the Internet reaches the server; --strict holds them",
		    i->options->file, buf_text(&count),
		    listed.v4_count ? 4 : 6);
	}
	buf_free(&count);
	set_free(&listed);
	set_free(&routable);
}

static bool
open_resolver(struct importing *i, struct err *err)
{
	const struct import_options *o = i->options;

	if (!o->resolve)
		return true;
	if (!resolver_open(&i->resolver, o->resolver, RESOLVE_SECONDS, err))
		return fail_in(err, "--resolver");
	i->dns = (struct dns){ resolver_ask, i->resolver };
	i->rules.dns = &i->dns;
	return true;
}

static bool
judge(struct importing *i, struct err *err)
{
	const struct import_options *o = i->options;
	struct import_report report;
	bool ok;

	set_rules(i);
	if (!find_present(i, err))
		return false;
	report = report_of(i);
	if (!open_resolver(i, err) ||
	    !import_read_file(&i->text, o->file, err))
		return false;
	ok = import_judge(&i->import, buf_text(&i->text), i->text.len,
	        &i->rules, report.present, err) || fail_in(err, "%s", o->file);
	out_progress_end();
	if (!ok)
		return false;
	if (o->rejects && (i->import.bad_count || i->import.holding) &&
	    !import_rejects_write(&i->import, &i->rules, o->rejects, err))
		return false;
	if (!i->session->json) {
		import_report_problems(&report);
		say_private(i);
		if (o->resolve && !i->import.asked.len)
			out_note("%s: --resolve: nothing in it is left to DNS",
			    o->file);
	}
	return true;
}

/* --- applying ---------------------------------------------------------- */

static bool
store(struct importing *i, struct err *err)
{
	static const char *const verbs[] = { "import", "import, replacing,",
		"import, removing,", "refresh from" };
	struct import_source source = { .name = source_name(i->options),
		.bytes = buf_text(&i->text), .size = i->text.len };
	struct buf label = { 0 }, words = { 0 };
	bool ok;

	buf_add(&words, buf_text(&i->options->words));
	import_add_asked(&words, &i->import);
	source.options = buf_text(&words);
	buf_addf(&label, "%s %s into %s: %zu came", verbs[i->options->mode],
	    strcmp(i->options->file, "-") ? i->options->file
	                                  : "standard input",
	    i->options->into, i->arrival.came);
	if (i->arrival.went)
		buf_addf(&label, ", %zu went", i->arrival.went);
	ok = store_import(i->session->store, buf_text(&label), &i->arrival,
	    &i->import, &source, &i->head, &i->id, err);
	buf_free(&label);
	buf_free(&words);
	return ok;
}

static void
print(const struct importing *i, bool applied)
{
	struct import_report report = report_of(i);

	report.applied = applied;
	if (i->session->json)
		out_json(import_report_json(&report));
	else
		import_report_print(&report);
}

/* Without the bad lines and those that are held. */
static bool
try(struct importing *i, struct err *err)
{
	if (!arrival_make(&i->arrival, &i->import, err))
		return false;
	i->after = arrival_policy(&i->arrival);
	print(i, false);
	return check_lines(i, err);
}

static bool
apply(struct importing *i, struct err *err)
{
	if (i->options->dry_run)
		return try(i, err);
	if (!check_lines(i, err) ||
	    !arrival_make(&i->arrival, &i->import, err) || !store(i, err))
		return false;
	print(i, true);
	return true;
}

static bool
check_target(struct importing *i, struct err *err)
{
	if (!target_parse(&i->target, i->options->into, err))
		return false;
	if (!i->target.is_list && !policy_server(i->draft, i->target.name))
		return fail(err, "there is no server %s", i->target.name);
	if (i->target.is_routing && i->options->mode == IMPORT_REFRESH)
		return fail(err, "%s: a routing list is not refreshed; "
		    "replace it", i->options->into);
	i->arrival.target = &i->target;
	i->arrival.draft = i->draft;
	i->arrival.mode = i->options->mode;
	return true;
}

/* --- options ----------------------------------------------------------- */

/* "20" or "20,48". */
static bool
read_widest(struct import_options *o, const char *text, struct err *err)
{
	char *end;
	long v4 = strtol(text, &end, 10), v6 = -1;

	if (*end == ',' && end[1] >= '0' && end[1] <= '9')
		v6 = strtol(end + 1, &end, 10);
	if (*end || end == text || v4 < 0 || v4 > 32 || v6 > 128)
		return fail_as(err, ERR_USAGE, "--widest %.20s: write the "
		    "prefix length of IPv4, 0 to 32, or N,M with that of "
		    "IPv6, 0 to 128", text);
	o->widest4 = (int)v4;
	o->widest6 = (int)v6;
	return true;
}

static bool
read_port(struct import_options *o, const char *text, struct err *err)
{
	char *end;
	long port = strtol(text, &end, 10);

	if (*end || end == text || port < 1 || port > 65535)
		return fail_as(err, ERR_USAGE,
		    "--port %.20s: a port is a number from 1 to 65535", text);
	o->rules.port = (unsigned)port;
	return true;
}

static bool
read_null(struct import_options *o, const char *text, struct err *err)
{
	o->rules.null_means = text;
	return !strcmp(text, "open") || !strcmp(text, "closed") ||
	    fail_as(err, ERR_USAGE, "--null-means %.20s: say open or closed",
	        text);
}

static const struct option options[] = {
	{ "into", required_argument, NULL, 'i' },
	{ "format", required_argument, NULL, 'f' },
	{ "comment", required_argument, NULL, 'c' },
	{ "rejects", required_argument, NULL, 'r' },
	{ "replace", no_argument, NULL, 'R' },
	{ "remove", no_argument, NULL, 'D' },
	{ "refresh", no_argument, NULL, 'F' },
	{ "source", required_argument, NULL, 'o' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "widen", no_argument, NULL, 'w' },
	{ "skip-bad", no_argument, NULL, 's' },
	{ "skip-held", no_argument, NULL, 'S' },
	{ "strict", no_argument, NULL, 'T' },
	{ "accept", required_argument, NULL, 'a' },
	{ "widest", required_argument, NULL, 'W' },
	{ "column", required_argument, NULL, 'C' },
	{ "service", required_argument, NULL, 'v' },
	{ "region", required_argument, NULL, 'g' },
	{ "port", required_argument, NULL, 'p' },
	{ "denied", no_argument, NULL, 'd' },
	{ "expand", no_argument, NULL, 'e' },
	{ "as-servers", no_argument, NULL, 'A' },
	{ "null-means", required_argument, NULL, 'N' },
	{ "resolve", no_argument, NULL, 'V' },
	{ "resolver", required_argument, NULL, 'X' },
	{ "list-formats", no_argument, NULL, 'L' },
	{ NULL, 0, NULL, 0 },
};

static bool
read_source(struct import_options *o, const char *text, struct err *err)
{
	o->source = text;
	if (!*text)
		return fail_as(err, ERR_USAGE, "--source: a name is missing");
	return name_check_comment(text, strlen(text), err) ||
	    fail_in(err, "--source");
}

/* Options that change how a source is read, as they were written. */
static void
keep_words(struct import_options *o, int c)
{
	const struct option *option = options;

	while (option->name && option->val != c)
		option++;
	if (!option->name || !strchr("fwsSaWCvgpdecVX", c))
		return;
	buf_addf(&o->words, "%s--%s%s%s", o->words.len ? " " : "",
	    option->name, option->has_arg ? " " : "",
	    option->has_arg ? optarg : "");
}

static bool
take_option(struct import_options *o, int c, struct err *err)
{
	switch (c) {
	case 'i': o->into = optarg; break;
	case 'f': o->rules.format = optarg; break;
	case 'c': o->rules.comment = optarg; break;
	case 'r': o->rejects = optarg; break;
	case 'R': o->mode = IMPORT_REPLACE; break;
	case 'D': o->mode = IMPORT_REMOVE; break;
	case 'F': o->mode = IMPORT_REFRESH; break;
	case 'o': return read_source(o, optarg, err);
	case 'n': o->dry_run = true; break;
	case 'w': o->rules.widen = true; break;
	case 's': o->skip_bad = true; break;
	case 'S': o->rules.skip_held = true; break;
	case 'T': o->strict = true; break;
	case 'a': return hold_parse(&o->accept, optarg, err);
	case 'W': return read_widest(o, optarg, err);
	case 'C': o->rules.column = optarg; break;
	case 'v': o->rules.service = optarg; break;
	case 'g': o->rules.region = optarg; break;
	case 'p': return read_port(o, optarg, err);
	case 'd': o->rules.denied = true; break;
	case 'e': o->rules.expand = true; break;
	case 'A': o->as_servers = true; break;
	case 'N': return read_null(o, optarg, err);
	case 'X': o->resolver = optarg; o->resolve = true; break;
	case 'V': o->resolve = true; break;
	default: return false;
	}
	return true;
}

static json_t *
format_json(const struct format *f)
{
	return json_pack("{s:s,s:s,s:b,s:b}", "name", f->name, "title",
	    f->title, "read", f->read != NULL, "write", f->write != NULL);
}

static void
list_formats(const struct session *session)
{
	json_t *all = json_array();

	for (size_t i = 0; formats[i]; i++) {
		const struct format *f = formats[i];

		json_array_append_new(all, format_json(f));
		if (!session->json)
			out_line("%-18s %-5s %-6s %s", f->name,
			    f->read ? "read" : "", f->write ? "write" : "",
			    f->title);
	}
	if (session->json)
		out_json(all);
	else
		json_decref(all);
}

/* *list: only the formats were asked for. */
static bool
read_options(struct session *session, int argc, char **argv,
    struct import_options *o, bool *list, struct err *err)
{
	int c;

	*list = false;
	o->widest4 = o->widest6 = -1;
	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == 'L')
			*list = true;
		else if (!take_option(o, c, err))
			return false;
		else
			keep_words(o, c);
	}
	if (*list && optind == argc)
		return true;
	if (o->as_servers && o->resolve)
		return usage_error(err, "import", "--resolve is for lists, not "
		    "for --as-servers");
	if (optind + 1 != argc || !o->into == !o->as_servers)
		return usage_error(err, "import", "one FILE and --into TARGET "
		    "are needed, or --as-servers in place of a target");
	if (o->rules.format && !strcmp(o->rules.format, "auto"))
		o->rules.format = NULL;
	o->file = argv[optind];
	return true;
}

static bool
servers(struct session *session, const struct import_options *o,
    struct err *err)
{
	struct import_rules rules = o->rules;
	struct servers_options how = { o->file, o->dry_run, o->skip_bad,
		&rules };

	rules.name = file_name(o->file);
	return import_as_servers(session, &how, err);
}

static void
importing_clear(struct importing *i)
{
	resolver_close(i->resolver);
	arrival_clear(&i->arrival);
	import_free(&i->import);
	buf_free(&i->text);
	refresh_free(&i->refresh);
	entries_free(&i->present);
	policy_free(i->after);
	policy_free(i->draft);
}

static bool
entries(struct session *session, const struct import_options *o,
    struct err *err)
{
	struct importing i = { .session = session, .options = o };
	bool ok = session_open(session, STORE_WRITE, err) &&
	    store_draft(session->store, &i.draft, &i.head, err) &&
	    check_target(&i, err) && judge(&i, err) && apply(&i, err);

	importing_clear(&i);
	return ok;
}

COMMAND(import)
{
	struct import_options o = { .mode = IMPORT_ADD };
	bool list, ok = read_options(session, argc, argv, &o, &list, err);

	*status = 0;
	if (ok && list)
		list_formats(session);
	else if (ok)
		ok = o.as_servers ? servers(session, &o, err)
		                  : entries(session, &o, err);
	buf_free(&o.words);
	return ok;
}
