/* A random policy and questions about it, with the answers of the policy core:
 *     whim SEED GATEWAY FOLDER MTA [COUNT [BATCH]]
 * for the gateway 127.60.GATEWAY.1 of the lab, whose root is that of the MTA.
 * Writes into the folder "policy" (lines for plain.h), "questions" (for ask) and
 * "want" (reply code and decision a line).  The same seed gives the same files.
 *
 * With a count, so many policies, with clients that no loopback address has: the
 * rendering, and "questions" as the gate of relayadm reads them.  So many of them
 * as a batch has are the servers of one, so that one start of the mail server
 * does for all, in a folder of the first one's seed.  A seed whose policy the MTA
 * cannot express is left out; how many there were is printed.
 *     whim SEED FOLDER GATEWAY:MTA...
 * One policy for several gateways, as a document "policy.json", each with servers
 * of its own that its MTA can express; the questions about each, with clients of
 * everywhere, are in a folder "gGATEWAY". */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "policy/mem.h"
#include "policy/relay.h"
#include "remote/dialect.h"
#include "store/document.h"

#include "plain.h"
#include "whim_make.h"

#define QUESTIONS 220
#define MOST 16 /* gateways in one policy */

static FILE *
open_in(const char *folder, const char *name)
{
	struct buf path = { 0 };
	FILE *file;

	buf_addf(&path, "%s/%s", folder, name);
	file = fopen(path.data, "w");
	if (!file)
		perror(path.data);
	buf_free(&path);
	return file;
}

/* A recipient, and what the core decides about it. */
struct aim {
	char text[256], full[300]; /* full: in angle brackets */
	struct decision decision;
};

static void
decide_aim(struct aim *aim, const struct ruleset *rules,
    const struct question *client)
{
	struct question q = *client;

	snprintf(aim->full, sizeof(aim->full), "<%s>", aim->text);
	q.recipient = aim->full;
	relay_decide(rules, &q, &aim->decision);
}

/* At the gateway's own name only what is refused: who may send to mailboxes there
 * is refused by the MTA where there is no such mailbox. */
static void
take_aim(struct aim *aim, const struct ruleset *rules,
    const struct question *client, const struct gateway *gateway)
{
	struct aim home;

	whim_recipient(aim->text, sizeof(aim->text));
	decide_aim(aim, rules, client);
	home = *aim;
	if (!whim_go_home(home.text, sizeof(home.text), gateway->name))
		return;
	decide_aim(&home, rules, client);
	if (home.decision.kind != ACCEPT_INBOUND &&
	    home.decision.kind != ACCEPT_RELAY)
		*aim = home;
}

/* --- live ------------------------------------------------------------------------- */

static void
write_question(const struct server *s, const struct compiled *compiled,
    const struct gateway *gateway, FILE *questions, FILE *want)
{
	const struct listener *l = &s->listeners[dice(
	    (unsigned)s->listener_count)];
	struct question q = { 0 };
	const char *client = whim_client(l, &q.name);
	struct buf server = { 0 }, what = { 0 };
	struct aim aim;

	q.authenticated = s->basic && dice(2);
	if (!whim_ask(&q, client, l))
		abort();
	take_aim(&aim, relay_ruleset(compiled, s->name), &q, gateway);
	listener_add(&server, l);
	decision_add_what(&what, &aim.decision);
	fprintf(questions, "%s\t%d\t%s\t%s\n", client, q.authenticated,
	    server.data, aim.text);
	fprintf(want, "%d\t%s row %d %s\n",
	    whim_reply(aim.decision.kind, aim.text),
	    decision_words[aim.decision.kind], aim.decision.row, what.data);
	buf_free(&server);
	buf_free(&what);
}

/* COUNT questions about the servers of a gateway. */
static bool
write_questions(const char *folder, const struct policy *policy,
    const struct compiled *compiled, const struct gateway *gateway)
{
	FILE *questions = open_in(folder, "questions");
	FILE *want = open_in(folder, "want");

	if (!questions || !want)
		return false;
	for (int i = 0; i < QUESTIONS; i++) {
		const char *name = gateway->servers[dice(
		    (unsigned)gateway->server_count)];

		write_question(policy_server(policy, name), compiled, gateway,
		    questions, want);
	}
	return fclose(questions) == 0 && fclose(want) == 0;
}

/* --- for the gate ---------------------------------------------------------------- */

#define SESSIONS 8 /* of a policy; a session is of one client */
#define RECIPIENTS 8

/* Policies together, how many servers each has, and with which dice its
 * questions go on. */
struct batch {
	unsigned count, servers[WHIM_PARTS];
	uint64_t seeds[WHIM_PARTS], marks[WHIM_PARTS];
};

struct asker {
	const struct batch *batch;
	unsigned part; /* of the batch */
	const struct policy *policy;
	const struct compiled *compiled;
	const struct rendering *rendering;
};

/* Which line of the file "services" is it? */
static unsigned
number_of(const struct asker *a, const struct listener *l)
{
	const struct rendered_file *services = rendering_find(a->rendering,
	    "services");
	struct buf want = { 0 };
	unsigned number = 0;

	buf_addf(&want, "%u ", l->family);
	net_add_addr(&want, l->family, l->addr);
	buf_addf(&want, " %u ", l->port);
	for (const char *at = services->data; *at; at = strchr(at, '\n') + 1) {
		number++;
		if (!strncmp(at, buf_text(&want), want.len)) {
			buf_free(&want);
			return number;
		}
	}
	abort();
}

static const struct server *
any_server(const struct asker *a)
{
	char name[24];

	snprintf(name, sizeof(name), "s%u", WHIM_SERVERS * a->part +
	    dice(a->batch->servers[a->part]));
	return policy_server(a->policy, name);
}

/* By XCLIENT a Postfix says only at RCPT that it would have refused the
 * connection, and there it asks nothing about the postmaster. */
static void
write_session(const struct asker *a, FILE *questions)
{
	const struct server *s = any_server(a);
	const struct listener *l = &s->listeners[dice(
	    (unsigned)s->listener_count)];
	struct question q = { .authenticated = s->basic && dice(2) };
	const char *client = whim_client(l, &q.name);
	struct aim aim;

	if (!whim_ask(&q, client, l))
		abort();
	for (int i = 0; i < RECIPIENTS; i++) {
		do
			take_aim(&aim, relay_ruleset(a->compiled, s->name), &q,
			    a->policy->gateways[0]);
		while (aim.decision.row <= 2 && !strcasecmp(aim.text,
		    "postmaster"));
		fprintf(questions, "%u\t%s\t%s\t%d\t%s\t%d\n",
		    number_of(a, l), client, q.name ? q.name : "-",
		    q.authenticated, aim.full,
		    whim_reply(aim.decision.kind, aim.text));
	}
}

static void
make_folders(const char *folder, const char *path)
{
	struct buf at = { 0 };

	for (const char *slash = strchr(path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		buf_clear(&at);
		buf_addf(&at, "%s/%.*s", folder, (int)(slash - path), path);
		mkdir(buf_text(&at), 0755);
	}
	buf_free(&at);
}

static int
write_rendering(struct asker *a, const char *folder)
{
	FILE *file;

	mkdir(folder, 0755);
	for (size_t i = 0; i < a->rendering->count; i++) {
		const struct rendered_file *f = &a->rendering->files[i];

		make_folders(folder, f->path);
		file = open_in(folder, f->path);
		if (!file || fwrite(f->data, 1, f->len, file) != f->len ||
		    fclose(file) != 0)
			return 1;
	}
	file = open_in(folder, "questions");
	if (!file)
		return 1;
	for (a->part = 0; a->part < a->batch->count; a->part++) {
		whim_go_on(a->batch->marks[a->part]);
		for (int i = 0; i < SESSIONS; i++)
			write_session(a, file);
	}
	return fclose(file) != 0;
}

/* Is there anything that the first gateway's MTA cannot express? */
static bool
has_gaps(const struct site *site)
{
	struct gaps gaps = { 0 };
	bool some;

	site_find_gaps(site, &gaps);
	some = gaps.count > 0;
	gaps_free(&gaps);
	return some;
}

/* *gap: the MTA cannot express it.  folder: NULL to find that out. */
static int
write_for_gate(const char *folder, const char *policy_path,
    const struct batch *batch, bool *gap)
{
	struct asker a = { .policy = plain_read(policy_path), .batch = batch };
	struct rendering rendering = { 0 };
	struct site site = { .policy = a.policy };
	struct err err;
	int rc = 0;

	if (!a.policy)
		return 1;
	site.compiled = a.compiled = relay_compile(a.policy);
	site.gateway = a.policy->gateways[0];
	a.rendering = &rendering;
	*gap = has_gaps(&site);
	if (!*gap && folder && site_render(&site, &rendering, &err))
		rc = write_rendering(&a, folder);
	else if (!*gap && folder)
		rc = fprintf(stderr, "%s: %s\n", folder, err.text) > 0;
	rendering_free(&rendering);
	relay_free((struct compiled *)(uintptr_t)a.compiled);
	policy_free((struct policy *)(uintptr_t)a.policy);
	return rc;
}

/* Begins the dice, and writes the policy of one gateway. */
static int
begin(const char *folder, uint64_t seed, unsigned number, const char *mta,
    enum whim_reach reach)
{
	FILE *policy = open_in(folder, "policy");

	if (!policy)
		return 1;
	whim_begin(seed, mta, reach);
	whim_write_list(policy);
	whim_write_gateway(policy, number, mta);
	return fclose(policy) != 0;
}

/* How they are to be written, and where. */
struct order {
	const char *folder, *mta;
	unsigned number, batch;
	struct buf path; /* of the policy */
	unsigned gaps;
};

static int
write_batch(const struct order *o, struct batch *batch)
{
	FILE *policy = open_in(o->folder, "policy");

	if (!policy)
		return 1;
	whim_write_list(policy);
	for (unsigned i = 0; i < batch->count; i++) {
		whim_begin(batch->seeds[i], o->mta, WHIM_FAR);
		batch->servers[i] = whim_write_servers(policy, o->number, i);
		batch->marks[i] = whim_mark();
	}
	whim_write_carrier(policy, o->number, o->mta, batch->servers,
	    batch->count);
	return fclose(policy) != 0;
}

static int
end_batch(const struct order *o, struct batch *batch)
{
	struct buf own = { 0 };
	bool gap = false;
	int rc;

	if (!batch->count)
		return 0;
	buf_addf(&own, "%s/%llu", o->folder,
	    (unsigned long long)batch->seeds[0]);
	rc = write_batch(o, batch) ||
	    write_for_gate(buf_text(&own), buf_text(&o->path), batch, &gap);
	buf_free(&own);
	batch->count = 0;
	return rc || gap;
}

/* Adds the seed where all can be expressed together. */
static int
try_seed(const struct order *o, struct batch *batch, uint64_t seed, bool *gap)
{
	struct batch more = *batch;

	more.seeds[more.count++] = seed;
	if (write_batch(o, &more) ||
	    write_for_gate(NULL, buf_text(&o->path), &more, gap))
		return 1;
	if (*gap)
		return 0;
	*batch = more;
	return batch->count == o->batch && end_batch(o, batch);
}

/* Where servers of two policies would send one domain to two places, they cannot
 * be together: batches of several kinds are open, the last of them is empty. */
#define OPEN 3

static int
add_seed(const struct order *o, struct batch batches[OPEN + 1], uint64_t seed,
    bool *gap)
{
	int rc = 0;

	*gap = true;
	for (int i = 0; *gap && !rc && i <= OPEN; i++)
		rc = try_seed(o, &batches[i], seed, gap);
	if (rc || !batches[OPEN].count)
		return rc;
	rc = end_batch(o, &batches[0]);
	memmove(batches, batches + 1, OPEN * sizeof(*batches));
	batches[OPEN].count = 0;
	return rc;
}

static int
write_many(struct order *o, uint64_t seed, uint64_t count)
{
	struct batch batches[OPEN + 1] = { 0 };
	bool gap;
	int rc = 0;

	if (o->batch < 1 || o->batch > WHIM_PARTS)
		return 2;
	buf_addf(&o->path, "%s/policy", o->folder);
	for (; !rc && count; seed++) {
		rc = add_seed(o, batches, seed, &gap);
		o->gaps += !rc && gap;
		count -= !rc && !gap;
	}
	for (int i = 0; !rc && i < OPEN; i++)
		rc = end_batch(o, &batches[i]);
	printf("%u\n", o->gaps);
	buf_free(&o->path);
	return rc;
}

/* --- live -------------------------------------------------------------------------- */

static int
write_one(const char *folder, uint64_t seed, unsigned number, const char *mta)
{
	struct buf path = { 0 };
	struct compiled *compiled;
	struct policy *policy;
	bool ok;

	if (begin(folder, seed, number, mta, WHIM_LOOPBACK) != 0)
		return 1;
	buf_addf(&path, "%s/policy", folder);
	policy = plain_read(buf_text(&path));
	buf_free(&path);
	if (!policy)
		return 1;
	compiled = relay_compile(policy);
	ok = write_questions(folder, policy, compiled, policy->gateways[0]);
	relay_free(compiled);
	policy_free(policy);
	return !ok;
}

/* One of several gateways. */
struct member {
	const char *mta;
	unsigned number;
	uint64_t seed; /* of what its MTA can express */
};

static bool
parse_member(struct member *m, const char *text)
{
	char *end;

	m->number = (unsigned)strtoul(text, &end, 10);
	m->mta = end + 1;
	return *end == ':';
}

/* From the seed on. */
static bool
find_seed(struct member *m, const char *folder, uint64_t seed)
{
	struct buf path = { 0 };
	bool gap = true;

	buf_addf(&path, "%s/policy", folder);
	for (; gap; seed++) {
		struct site site = { 0 };
		struct policy *policy;
		struct compiled *compiled;

		if (begin(folder, seed, m->number, m->mta, WHIM_WIDE) != 0 ||
		    !(policy = plain_read(buf_text(&path))))
			break;
		site.policy = policy;
		site.compiled = compiled = relay_compile(policy);
		site.gateway = policy->gateways[0];
		gap = has_gaps(&site);
		m->seed = seed;
		relay_free(compiled);
		policy_free(policy);
	}
	buf_free(&path);
	return !gap;
}

static struct policy *
make_whole(const char *folder, const struct member *members, int count)
{
	FILE *out = open_in(folder, "policy");
	struct buf path = { 0 };
	struct policy *policy;

	if (!out)
		return NULL;
	whim_write_list(out);
	for (int i = 0; i < count; i++) {
		whim_begin(members[i].seed, members[i].mta, WHIM_WIDE);
		whim_write_gateway(out, members[i].number, members[i].mta);
	}
	fclose(out);
	buf_addf(&path, "%s/policy", folder);
	policy = plain_read(buf_text(&path));
	buf_free(&path);
	return policy;
}

static bool
write_document(const char *folder, const struct policy *policy)
{
	FILE *out = open_in(folder, "policy.json");
	struct buf text = { 0 };
	bool ok;

	if (!out)
		return false;
	document_add(&text, policy);
	ok = fwrite(text.data, 1, text.len, out) == text.len;
	buf_free(&text);
	return fclose(out) == 0 && ok;
}

static bool
ask_each(const char *folder, const struct policy *policy,
    const struct member *members)
{
	struct compiled *compiled = relay_compile(policy);
	struct buf own = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < policy->gateway_count; i++) {
		buf_clear(&own);
		buf_addf(&own, "%s/%s", folder, policy->gateways[i]->name);
		mkdir(buf_text(&own), 0755);
		whim_begin(members[i].seed, members[i].mta, WHIM_WIDE);
		ok = write_questions(buf_text(&own), policy, compiled,
		    policy->gateways[i]);
	}
	buf_free(&own);
	relay_free(compiled);
	return ok;
}

static int
write_together(const char *folder, uint64_t seed, int count, char **words)
{
	struct member members[MOST];
	struct policy *policy;
	bool ok;

	if (count > MOST)
		return 2;
	for (int i = 0; i < count; i++)
		if (!parse_member(&members[i], words[i]) ||
		    !find_seed(&members[i], folder,
			seed * 1000000 + members[i].number * 1000))
			return 1;
	policy = make_whole(folder, members, count);
	ok = policy && write_document(folder, policy) &&
	    ask_each(folder, policy, members);
	policy_free(policy);
	return !ok;
}

int
main(int argc, char **argv)
{
	struct order order;
	uint64_t seed;
	unsigned number;

	if (argc < 4)
		return 2;
	seed = strtoull(argv[1], NULL, 10);
	if (strchr(argv[3], ':'))
		return write_together(argv[2], seed, argc - 3, argv + 3);
	number = (unsigned)strtoul(argv[2], NULL, 10);
	if (argc == 5)
		return write_one(argv[3], seed, number, argv[4]);
	if (argc != 6 && argc != 7)
		return 2;
	order = (struct order){ .folder = argv[3], .mta = argv[4],
		.number = number, .batch = argc == 7
		    ? (unsigned)strtoul(argv[6], NULL, 10)
		    : 1 };
	return write_many(&order, seed, strtoull(argv[5], NULL, 10));
}
