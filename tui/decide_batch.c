#include "config.h"

#include <string.h>

#include "decide_batch.h"
#include "out.h"
#include "store/import.h"

/* Lines are read in groups: what the questions of a group will look at is
 * fetched from memory for all of them at once. */
#define GROUP 64
#define PRINTED_AT ((size_t)1 << 16) /* bytes */

struct batch {
	const struct compiled *compiled;
	struct buf out;
	const char *server; /* of the line before, in the text that is read */
	const struct ruleset *rules; /* that server's */
	struct asked {
		const struct ruleset *rules;
		struct question question;
		struct decision decision;
	} asked[GROUP];
	size_t count;
	bool has_nul; /* somewhere in the text */
};

static void
add_answer(struct buf *out, const struct decision *d)
{
	buf_add(out, decision_words[d->kind]);
	buf_addn(out, d->row >= 10 ? "\t1" : "\t", d->row >= 10 ? 2 : 1);
	buf_addc(out, (char)('0' + d->row % 10));
	buf_addc(out, '\t');
	decision_add_what(out, d);
	buf_addc(out, '\n');
}

/* The entry is about to be printed. */
static void
fetch_entry(const struct decision *d)
{
	if (d->in && d->place < d->in->v4_count)
		__builtin_prefetch(&d->in->v4[d->place]);
}

static void
answer_group(struct batch *b)
{
	struct asked *end = b->asked + b->count;

	for (struct asked *a = b->asked; a < end; a++)
		relay_hint(a->rules, &a->question);
	for (struct asked *a = b->asked; a < end; a++) {
		relay_decide(a->rules, &a->question, &a->decision);
		fetch_entry(&a->decision);
	}
	for (struct asked *a = b->asked; a < end; a++)
		add_answer(&b->out, &a->decision);
	b->count = 0;
	if (b->out.len > PRINTED_AT) {
		out_text(&b->out);
		buf_clear(&b->out);
	}
}

/* --- a line ------------------------------------------------------------ */

enum column {
	SERVER,
	CLIENT,
	NAME,
	AUTHENTICATED,
	LOCAL,
	RECIPIENT,
	COLUMNS,
};

struct cells {
	const char *text[COLUMNS]; /* terminated */
	size_t len[COLUMNS];
};

/* Cuts a line at its tabs, in place; false when there are not 6 columns. */
static bool
cut_line(char *line, const char *end, struct cells *cells)
{
	for (int i = 0; i < COLUMNS; i++) {
		char *tab = memchr(line, '\t', (size_t)(end - line));

		if (!tab != (i == RECIPIENT))
			return false;
		cells->text[i] = line;
		cells->len[i] = (size_t)((tab ? tab : end) - line);
		if (tab) {
			*tab = '\0';
			line = tab + 1;
		}
	}
	return true;
}

static bool
is_dash(const struct cells *cells, enum column column)
{
	return cells->len[column] == 1 && cells->text[column][0] == '-';
}

static bool
read_local(const struct cells *cells, struct question *q, struct err *err)
{
	struct listener local;

	if (is_dash(cells, LOCAL))
		return true;
	if (!listener_parse(&local, cells->text[LOCAL], cells->len[LOCAL],
	        err))
		return fail_in(err, "local");
	q->local_family = local.family;
	q->local = local.addr;
	q->local_port = local.port;
	return true;
}

static bool
read_cells(const struct cells *cells, struct question *q, struct err *err)
{
	const char *recipient = cells->text[RECIPIENT];
	struct net client;

	if (!net_parse_addr(&client, cells->text[CLIENT], cells->len[CLIENT],
	        err))
		return fail_in(err, "client");
	*q = (struct question){ .family = client.family,
		.client = client.first,
		.name = is_dash(cells, NAME) ? NULL : cells->text[NAME],
		.authenticated = cells->text[AUTHENTICATED][0] == '1',
		.recipient = recipient };
	if (!*recipient || !strcmp(recipient, "<>"))
		return fail(err, "the recipient is empty");
	return read_local(cells, q, err);
}

/* Neighbouring lines mostly ask the same server. */
static bool
find_server(struct batch *b, const char *name, struct err *err)
{
	if (b->server && !strcmp(b->server, name))
		return true;
	b->server = NULL;
	b->rules = relay_ruleset(b->compiled, name);
	if (!b->rules)
		return fail(err, "there is no server %.80s", name);
	b->server = name;
	return true;
}

static bool
read_line(struct batch *b, char *line, const char *end, struct err *err)
{
	struct cells cells;
	const char *flag;

	if (b->has_nul && memchr(line, '\0', (size_t)(end - line)))
		return fail(err, "there is a NUL in the line");
	if (!cut_line(line, end, &cells))
		return fail(err,
		    "not the 6 columns server, client, name, authenticated, "
		    "local, recipient");
	flag = cells.text[AUTHENTICATED];
	if (cells.len[AUTHENTICATED] != 1 || (*flag != '0' && *flag != '1'))
		return fail(err, "authenticated: '%.20s' is neither 0 nor 1",
		    flag);
	if (!find_server(b, cells.text[SERVER], err) ||
	    !read_cells(&cells, &b->asked[b->count].question, err))
		return false;
	b->asked[b->count++].rules = b->rules;
	return true;
}

static void
take_line(struct batch *b, char *line, const char *end)
{
	struct err err;

	if (read_line(b, line, end, &err)) {
		if (b->count == GROUP)
			answer_group(b);
		return;
	}
	answer_group(b);
	buf_addf(&b->out, "error\t%s\n", err.text);
}

bool
decide_batch(const struct compiled *compiled, const char *path,
    struct err *err)
{
	struct batch b = { .compiled = compiled };
	struct buf in = { 0 };
	char *line, *end, *next;

	if (!import_read_file(&in, path, err))
		return false;
	b.has_nul = in.len && memchr(in.data, '\0', in.len);
	for (line = in.data; line && line < in.data + in.len; line = next) {
		end = memchr(line, '\n', (size_t)(in.data + in.len - line));
		if (!end)
			end = in.data + in.len;
		next = end + 1;
		if (end > line && end[-1] == '\r')
			end--;
		*end = '\0';
		take_line(&b, line, end);
	}
	answer_group(&b);
	out_text(&b.out);
	buf_free(&in);
	buf_free(&b.out);
	return true;
}
