#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "fleet.h"
#include "log_file.h"
#include "out.h"
#include "policy/mem.h"
#include "remote/fetch.h"
#include "replay.h"
#include "seen.h"
#include "store/target.h"

#define MOST_SERVICES 64
#define MOST_GATEWAYS 1000

struct replay_options {
	int64_t rev;
	const char *usage; /* a TARGET */
	bool unused;       /* of it, only what was not used */
	bool all;
	struct replay_service services[MOST_SERVICES];
	size_t service_count;
	char *gateways[MOST_GATEWAYS]; /* GATEWAY, @GROUP */
	size_t gateway_count;
};

/* "NAME" or "SERVICE=NAME" */
static bool
take_server(struct replay_options *o, char *text, struct err *err)
{
	char *equals = strrchr(text, '=');

	if (o->service_count == MOST_SERVICES)
		return fail(err, "--server: at most %d", MOST_SERVICES);
	if (equals)
		*equals = '\0';
	o->services[o->service_count++] = (struct replay_service){
		equals ? text : NULL, equals ? equals + 1 : text };
	return true;
}

static bool
take_gateway(struct replay_options *o, char *name, struct err *err)
{
	if (o->gateway_count == MOST_GATEWAYS)
		return fail(err, "--gateway: at most %d", MOST_GATEWAYS);
	o->gateways[o->gateway_count++] = name;
	return true;
}

static bool
read_options(struct session *session, int argc, char **argv,
    struct replay_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "server", required_argument, NULL, 's' },
		{ "rev", required_argument, NULL, 'r' },
		{ "usage", required_argument, NULL, 'u' },
		{ "unused", required_argument, NULL, 'U' },
		{ "all", no_argument, NULL, 'a' },
		{ "gateway", required_argument, NULL, 'g' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' ||
		    (c == 'r' && !option_number(optarg, &o->rev, err)) ||
		    (c == 's' && !take_server(o, optarg, err)) ||
		    (c == 'g' && !take_gateway(o, optarg, err)))
			return false;
		if (c == 'u' || c == 'U')
			o->usage = optarg;
		o->unused |= c == 'U';
		o->all |= c == 'a';
	}
	return optind < argc || o->gateway_count ||
	    usage_error(err, "replay", "at least one LOG or --gateway is "
	        "needed");
}

/* --- text ----------------------------------------------------------------- */

static const char *
log_on_text(uint8_t authenticated)
{
	return authenticated == MAIL_YES ? ", logged on" : "";
}

static void
add_client(struct buf *text, const struct replay_client *c)
{
	const struct net addr = { c->family, c->addr, c->addr };
	const struct decision *because;
	char client[NET_TEXT];
	struct buf what = { 0 };

	buf_addf(text, "%-5s %8llu  %s",
	    c->loses ? "LOSES" : c->gains ? "GAINS" : "same",
	    (unsigned long long)(c->loses ? c->loses : c->gains ? c->gains
	            : c->accepted + c->refused + c->deferred),
	    net_text(&addr, client));
	if (c->name)
		buf_addf(text, " (%s)", c->name);
	buf_addf(text, "  %s%s  last ", c->server,
	    log_on_text(c->authenticated));
	if (c->last)
		add_time(text, c->last);
	else
		buf_add(text, "unknown");
	buf_addc(text, '\n');
	if (!c->sample)
		return;
	because = &c->sample->because;
	decision_add_what(&what, because);
	buf_addf(text, "                %s: %s by row %d, %s%s%s\n",
	    *c->sample->recipient ? c->sample->recipient : "(the connection)",
	    decision_words[because->kind], because->row,
	    decision_row_title(because->row),
	    strcmp(buf_text(&what), "-") ? ": " : "",
	    strcmp(buf_text(&what), "-") ? buf_text(&what) : "");
	buf_free(&what);
	if (c->loses && c->gains)
		buf_addf(text, "                it gains %llu too\n",
		    (unsigned long long)c->gains);
	if (c->already)
		buf_addf(text, "                the last revision refuses %llu "
		    "of them too\n", (unsigned long long)c->already);
}

static void
add_number(struct buf *text, uint64_t number, const char *before,
    const char *after)
{
	buf_add(text, before);
	buf_add_grouped(text, number);
	buf_add(text, after);
}

static void
add_read(struct buf *text, const struct replay_totals *t,
    const struct mail_counts *c)
{
	add_number(text, c->lines, "", " lines, ");
	add_number(text, c->of_mail, "", " of a mail server; recipients "
	    "accepted: ");
	add_number(text, t->accepted, "", ", refused: ");
	add_number(text, t->refused, "", ", deferred: ");
	add_number(text, t->deferred, "", "\n");
}

static void
add_unknown(struct buf *text, const struct replay_totals *t,
    const struct mail_counts *c)
{
	for (int i = 0; i < OPENS; i++)
		if (t->unknown[i]) {
			add_number(text, t->unknown[i], "Unknown  ", ": ");
			buf_addf(text, "%s\n", replay_open_words[i]);
		}
	if (c->orphans)
		add_number(text, c->orphans, "Unknown  ", ": the client is "
		    "not in these logs (mail of the host itself, or older "
		    "lines are missing)\n");
	if (c->cut)
		add_number(text, c->cut, "Unread   ", ": lines that end too "
		    "early, or do not say what their kind says\n");
	if (c->forgotten)
		add_number(text, c->forgotten, "Dropped  ", ": too many "
		    "messages were open at once\n");
	if (c->undated)
		add_number(text, c->undated, "Undated  ", ": the date is not "
		    "in a form or language that is known\n");
}

static void
add_totals(struct buf *text, const struct replay_totals *t)
{
	add_number(text, t->loses, "LOSES ", " of ");
	add_number(text, t->accepted, "", " accepted recipients");
	if (t->already)
		add_number(text, t->already, " (", " by the last revision "
		    "too)");
	add_number(text, t->gains, "\nGAINS ", " of ");
	add_number(text, t->refused, "", " refused recipients\n");
	if (t->let_in)
		add_number(text, t->let_in, "Note  ", " were accepted against "
		    "the last revision: is it on the gateway?\n");
	if (t->kept_out)
		add_number(text, t->kept_out, "Note  ", " were refused though "
		    "the last revision accepts them: for other reasons, or "
		    "before it\n");
}

/* --- JSON ----------------------------------------------------------------- */

static json_t *
sample_json(const struct replay_sample *sample)
{
	struct buf what = { 0 };
	json_t *json;

	decision_add_what(&what, &sample->because);
	json = json_pack("{s:s,s:s,s:i,s:s}", "recipient", sample->recipient,
	    "decision", decision_words[sample->because.kind], "row",
	    sample->because.row, "what", buf_text(&what));
	buf_free(&what);
	return json;
}

static json_t *
client_json(const struct replay_client *c)
{
	const struct net addr = { c->family, c->addr, c->addr };
	char client[NET_TEXT];
	json_t *json;

	json = json_pack("{s:s,s:s?,s:s,s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:o}",
	    "client", net_text(&addr, client), "name", c->name, "server",
	    c->server, "authenticated", c->authenticated == MAIL_YES,
	    "accepted", (json_int_t)c->accepted, "refused",
	    (json_int_t)c->refused, "deferred", (json_int_t)c->deferred,
	    "loses", (json_int_t)c->loses, "gains", (json_int_t)c->gains,
	    "already", (json_int_t)c->already, "last",
	    c->last ? json_integer(c->last) : json_null());
	if (c->sample)
		json_object_set_new(json, "sample", sample_json(c->sample));
	return json;
}

static json_t *
totals_json(const struct replay_totals *t, const struct mail_counts *c)
{
	static const char *const words[] = { "server", "name",
		"authentication", "local" };
	json_t *unknown = json_object();

	for (int i = 0; i < OPENS; i++)
		json_object_set_new(unknown, words[i],
		    json_integer((json_int_t)t->unknown[i]));
	json_object_set_new(unknown, "client",
	    json_integer((json_int_t)c->orphans));
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,"
	    "s:o}", "lines", (json_int_t)c->lines, "of_mail",
	    (json_int_t)c->of_mail, "accepted", (json_int_t)t->accepted,
	    "refused", (json_int_t)t->refused, "deferred",
	    (json_int_t)t->deferred, "loses", (json_int_t)t->loses, "gains",
	    (json_int_t)t->gains, "already", (json_int_t)t->already, "let_in",
	    (json_int_t)t->let_in, "kept_out", (json_int_t)t->kept_out,
	    "undated", (json_int_t)c->undated, "cut", (json_int_t)c->cut,
	    "unknown", unknown);
}

static void
print_clients(const struct session *session, const struct replay *r,
    const struct mail_counts *counts, bool all)
{
	const struct replay_totals *t = replay_totals(r);
	const struct replay_client **clients;
	json_t *array = json_array();
	struct buf text = { 0 };
	size_t count;

	clients = replay_clients(r, all, &count);
	if (session->json) {
		json_t *json = totals_json(t, counts);

		for (size_t i = 0; i < count; i++)
			json_array_append_new(array, client_json(clients[i]));
		json_object_set(json, "clients", array);
		out_json(json);
	} else {
		add_read(&text, t, counts);
		add_totals(&text, t);
		for (size_t i = 0; i < count; i++)
			add_client(&text, clients[i]);
		add_unknown(&text, t, counts);
		out_text(&text);
	}
	json_decref(array);
	buf_free(&text);
	free(clients);
}

/* --- what entries are used for -------------------------------------------- */

static void
add_use(struct buf *text, const struct entry *entry, uint64_t uses,
    int64_t last)
{
	entry_add(text, entry);
	buf_addf(text, "\t%llu\t", (unsigned long long)uses);
	if (last)
		add_time(text, last);
	else
		buf_add(text, uses ? "unknown" : "never");
	buf_addf(text, "\t%s\n", entry->comment ? entry->comment : "");
}

static bool
print_usage(const struct session *session, const struct replay *r,
    struct policy *policy, const struct replay_options *o, struct err *err)
{
	struct target target;
	const struct entries *e;
	struct buf text = { 0 }, what = { 0 };
	json_t *array;

	if (!target_parse(&target, o->usage, err))
		return false;
	e = target_entries(&target, policy);
	if (!e)
		return fail(err, "%s: there is no such list of entries",
		    o->usage);
	array = json_array();
	for (size_t i = 0; i < entries_count(e); i++) {
		struct entry entry;
		int64_t last;
		uint64_t uses = replay_uses(r, e, i, &last);

		entries_at(e, i, &entry);
		if (entry.kind == ENTRY_LIST || (o->unused && uses))
			continue;
		if (!session->json) {
			add_use(&text, &entry, uses, last);
			continue;
		}
		buf_clear(&what);
		entry_add(&what, &entry);
		json_array_append_new(array, json_pack("{s:s,s:I,s:o}",
		    "entry", buf_text(&what), "uses", (json_int_t)uses, "last",
		    last ? json_integer(last) : json_null()));
	}
	if (session->json)
		out_json(json_incref(array));
	json_decref(array);
	out_text(&text);
	buf_free(&text);
	buf_free(&what);
	return true;
}

/* --- the command ---------------------------------------------------------- */

static bool
known_servers(const struct replay_options *o, const struct policy *policy,
    struct err *err)
{
	for (size_t i = 0; i < o->service_count; i++)
		if (!policy_server(policy, o->services[i].server))
			return fail(err, "there is no server %.80s",
			    o->services[i].server);
	return true;
}

/* The last revision, if there is one: what the gateways should do now. */
static bool
load_before(struct session *session, struct policy **policy, struct err *err)
{
	int64_t rev;

	if (!store_last_revision(session->store, &rev, err))
		return false;
	return !rev || store_revision(session->store, rev, policy, err);
}

static bool
read_logs(struct maillog *log, struct replay *r, char **names, size_t count,
    struct err *err)
{
	const struct mail_counts *counts = maillog_counts(log);

	if (!log_files_sort(names, count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct mail_counts before = *counts;

		out_progress("logs", i, count);
		if (!log_file_read(log, names[i], err)) {
			out_progress_end();
			return false;
		}
		replay_log(r);
		if (count > 1 && counts->bytes > before.bytes &&
		    counts->of_mail == before.of_mail)
			out_note("%s: no line of it is of a mail server",
			    names[i]);
	}
	out_progress_end();
	/* "Nobody loses" would be said of nothing. */
	return !counts->bytes || counts->of_mail ||
	    fail(err, "%s: no line is of Postfix, Exim or OpenSMTPD with a "
	        "date in front; is it a mail log?", names[count - 1]);
}

/* --- the logs of gateways ------------------------------------------------- */

static void
take_line(void *context, const struct gate_line *line)
{
	struct maillog *log = context;

	if (line->word == GATE_FILE) {
		maillog_cut(log);
	} else if (line->word == GATE_LINE) {
		maillog_feed(log, line->text, strlen(line->text));
		maillog_feed(log, "\n", 1);
	}
}

static bool
read_gateway(struct maillog *log, struct session *session,
    struct member *member, struct err *err)
{
	struct answer answer = { .take = take_line, .context = log,
		.most = LOGS_MOST };
	uint64_t of_mail = maillog_counts(log)->of_mail;
	const char *name = member->gateway->name;

	if (!member_load_pin(member, session, err) ||
	    !gateway_ask(member->gateway, &member->pins, NULL, "logs",
	        &answer, err))
		return false;
	maillog_cut(log);
	return maillog_counts(log)->of_mail > of_mail ||
	    fail(err, "gateway %s: no line of its logs is of its mail server",
	        name);
}

static bool
read_gateways(struct maillog *log, struct replay *r, struct session *session,
    struct replay_options *o, struct err *err)
{
	struct fleet fleet = { 0 };
	bool ok;

	if (!o->gateway_count)
		return true;
	ok = fleet_open(&fleet, session, 0, err) &&
	    fleet_choose(&fleet, o->gateways, (int)o->gateway_count, false,
	        err);
	for (size_t i = 0; ok && i < fleet.count; i++) {
		out_progress("gateways", i, fleet.count);
		ok = read_gateway(log, session, &fleet.members[i], err);
		replay_log(r);
	}
	out_progress_end();
	fleet_close(&fleet);
	return ok;
}

/* For those who plan a change later. */
static void
keep_seen(struct replay *r)
{
	struct seen seen;
	struct err err;

	seen_load(&seen);
	replay_seen(r, &seen);
	seen_settle(&seen);
	if (!seen_save(&seen, &err))
		out_note("who sent mail is not kept: %s", err.text);
	seen_free(&seen);
}

static bool
replay_logs(struct session *session, struct policy *after,
    struct replay_options *o, char **names, size_t count, int *status,
    struct err *err)
{
	struct policy *before = NULL;
	struct compiled *was = NULL, *now = relay_compile(after);
	struct replay *r = NULL;
	struct maillog *log = NULL;
	bool ok = load_before(session, &before, err);

	if (ok) {
		was = before ? relay_compile(before) : NULL;
		r = replay_new(was, now, o->services, o->service_count);
		log = maillog_new(replay_take, r, store_now());
		maillog_tell_hints(log, replay_hint);
		ok = read_gateways(log, r, session, o, err) &&
		    (!count || read_logs(log, r, names, count, err));
	}
	if (ok)
		keep_seen(r);
	if (ok && o->usage)
		ok = print_usage(session, r, after, o, err);
	else if (ok)
		print_clients(session, r, maillog_counts(log), o->all);
	if (ok && !o->usage)
		*status = replay_totals(r)->loses || replay_totals(r)->gains
		    ? ERR_NO
		    : 0;
	maillog_free(log);
	replay_free(r);
	relay_free(was);
	relay_free(now);
	policy_free(before);
	return ok;
}

COMMAND(replay)
{
	struct replay_options o = { 0 };
	struct policy *after = NULL;
	bool ok;

	*status = 0;
	if (!read_options(session, argc, argv, &o, err))
		return false;
	ok = session_judged(session, o.rev, &after, err) &&
	    known_servers(&o, after, err) &&
	    replay_logs(session, after, &o, argv + optind,
	        (size_t)(argc - optind), status, err);
	policy_free(after);
	return ok;
}
