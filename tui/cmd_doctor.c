#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "asking.h"
#include "doctor.h"
#include "out.h"
#include "policy/mem.h"
#include "text_safe.h"

static const char *const verdict_words[] = { "OK", "WARNING", "FAULT" };

/* In the order in which they are told. */
static const struct {
	const char *name;
	void (*look)(struct doctor *d);
} checks[] = {
	{ "terminal", doctor_terminal, },
	{ "locale", doctor_locale, },
	{ "versions", doctor_versions, },
	{ "database", doctor_database, },
	{ "mode", doctor_mode, },
	{ "space", doctor_space, },
	{ "journal", doctor_journal, },
	{ "schema", doctor_schema, },
	{ "integrity", doctor_integrity, },
	{ "history", doctor_history, },
	{ "consoles", doctor_consoles, },
	{ "logs", doctor_logs, },
	{ "policy", doctor_policy, },
	{ "key", doctor_key, },
	{ "agent", doctor_agent, },
	{ "algorithms", doctor_algorithms, },
	{ "ssh", doctor_program, },
	{ "host-keys", doctor_host_keys, },
};

/* --- saying ----------------------------------------------------------- */

/* What the surroundings say may be no UTF-8. */
static json_t *
text_json(const char *text)
{
	json_t *json = json_string(text);
	struct buf safe = { 0 };

	if (!json) {
		text_safe_add(&safe, text);
		json = json_string(buf_text(&safe));
		buf_free(&safe);
	}
	return json;
}

static void
say_json(struct doctor *d)
{
	json_array_append_new(d->json, json_pack("{s:s,s:s,s:s?,s:o,s:o?}",
	    "check", d->check, "verdict", verdict_words[d->verdict], "object",
	    d->object, "found", text_json(buf_text(&d->found)), "fix",
	    d->fix.len ? text_json(buf_text(&d->fix)) : NULL));
}

/* "WARNING  locale      ANSI_X3.4-1968: ..." and the fix below. */
static void
say_lines(const struct doctor *d)
{
	struct buf text = { 0 };

	buf_addf(&text, "%-8s %-11s ", verdict_words[d->verdict], d->check);
	if (d->object)
		buf_addf(&text, "%s: ", d->object);
	buf_addf(&text, "%s\n", buf_text(&d->found));
	if (d->fix.len)
		buf_addf(&text, "%21sfix: %s\n", "", buf_text(&d->fix));
	out_text(&text);
	buf_free(&text);
}

void
doctor_say(struct doctor *d)
{
	if (!d->found.len)
		return;
	d->counts[d->verdict]++;
	if (d->json)
		say_json(d);
	else
		say_lines(d);
	buf_clear(&d->found);
	buf_clear(&d->fix);
	mem_drop(&d->object);
}

static void __attribute__((format(printf, 2, 0)))
add_text(struct buf *buf, const char *format, va_list args)
{
	char text[1200];

	vsnprintf(text, sizeof(text), format, args);
	buf_add(buf, text);
}

void
doctor_find(struct doctor *d, enum verdict verdict, const char *object,
    const char *format, ...)
{
	va_list args;

	doctor_say(d);
	d->verdict = verdict;
	d->object = mem_text_or_null(object);
	va_start(args, format);
	add_text(&d->found, format, args);
	va_end(args);
}

void
doctor_fix(struct doctor *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_text(&d->fix, format, args);
	va_end(args);
}

void
doctor_fault(struct doctor *d, const char *object, const struct err *err)
{
	const char *semicolon = strrchr(err->text, ';');
	size_t len = semicolon ? (size_t)(semicolon - err->text)
	                       : strlen(err->text);

	doctor_find(d, VERDICT_FAULT, object, "%.*s", (int)len, err->text);
	if (semicolon)
		doctor_fix(d, "%s", semicolon + 1 +
		    strspn(semicolon + 1, " "));
}

/* --- the whole -------------------------------------------------------- */

static void
look_at_all(struct doctor *d)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		d->check = checks[i].name;
		checks[i].look(d);
		doctor_say(d);
	}
}

static void
say_sum(struct doctor *d)
{
	size_t faults = d->counts[VERDICT_FAULT];
	size_t warnings = d->counts[VERDICT_WARNING];

	if (d->json)
		out_json(json_incref(d->json));
	else
		out_line("%zu fault%s, %zu warning%s, %zu ok", faults,
		    faults == 1 ? "" : "s", warnings,
		    warnings == 1 ? "" : "s", d->counts[VERDICT_OK]);
}

COMMAND(doctor)
{
	static const struct option options[] = {
		{ "gateways", no_argument, NULL, 'g' },
		{ "jobs", required_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct doctor d = { .session = session, .jobs = ASKING_JOBS };
	bool gateways = false, ok = true;
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' || (c == 'j' && !asking_read_jobs(optarg, &d.jobs,
		        err)))
			return false;
		gateways |= c == 'g';
	}
	if (optind != argc)
		return usage_error(err, "doctor", "no other words are known");
	d.path = store_path(session->database);
	d.json = session->json ? json_array() : NULL;
	look_at_all(&d);
	if (gateways)
		ok = doctor_gateways(&d, err);
	if (ok)
		say_sum(&d);
	*status = d.counts[VERDICT_FAULT] ? ERR_NO : 0;
	json_decref(d.json);
	policy_free(d.draft);
	buf_free(&d.found);
	buf_free(&d.fix);
	free(d.path);
	return ok;
}
