/* ACLs of Exim (Exim specification, chapter 44) as sets of clients that pass.
 * What is not understood lets nobody through and refuses nobody; it is
 * named. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_exim.h"
#include "policy/mem.h"
#include "policy/name.h"

#define DEEPEST 10

enum verb {
	VERB_ACCEPT,
	VERB_DENY,
	VERB_DROP,
	VERB_DEFER,
	VERB_DISCARD,
	VERB_REQUIRE,
	VERB_WARN,
};

static const char *const verbs[] = { "accept", "deny", "drop", "defer",
	"discard", "require", "warn", NULL };

/* They do something and decide nothing. */
static const char *const modifiers[] = { "add_header", "continue", "control",
	"debug_print", "delay", "dscp", "log_message", "log_reject_target",
	"logwrite", "message", "queue", "remove_header", "set", "udpsend",
	"decode", NULL };

struct statement {
	enum verb verb;
	struct let fits;   /* whom the conditions that were understood fit */
	struct let denied; /* who fails one behind endpass */
	bool endpass;
	bool narrows; /* a condition that lets less through whoever sends */
	char other[200]; /* what was not understood, or "" */
};

struct walk {
	struct exim *exim;
	struct let left; /* nothing has decided about them yet */
	struct let in;
};

/* --- conditions -------------------------------------------------------- */

static void
fit(struct statement *s, const struct let *who, bool not)
{
	struct let before = { .who = { { 0 } } };

	let_copy(&before, &s->fits);
	if (not)
		let_subtract(&s->fits, who);
	else
		let_intersect(&s->fits, who);
	if (s->endpass) {
		let_subtract(&before, &s->fits);
		let_union(&s->denied, &before);
	}
	let_free(&before);
}

static void
fit_all(struct statement *s, bool is)
{
	struct let all = { .who = { { 0 } } };

	let_all(&all);
	fit(s, &all, !is);
	let_free(&all);
}

static void
not_understood(struct statement *s, const char *text)
{
	if (!s->other[0])
		snprintf(s->other, sizeof(s->other), "%s", text);
}

/* Client names cannot be told from addresses; they are kept beside. */
static void
take_names(struct walk *w, const struct statement *s,
    const struct entries *names, bool not)
{
	struct asked *asked = w->exim->asked;
	struct entries *to = s->verb == VERB_ACCEPT ? &asked->let_names
	                                            : &asked->refused_names;

	if (!entries_count(names) || !w->exim->far || s->verb == VERB_WARN)
		return;
	if (not || s->verb == VERB_REQUIRE || w->exim->depth > 1) {
		asked_note(asked, "client names are NOT UNDERSTOOD in %s%s",
		    not ? "! hosts of " : "hosts of ", verbs[s->verb]);
		return;
	}
	entries_append_all(to, names);
	entries_settle(to);
}

static void
on_hosts(struct walk *w, struct statement *s, const char *value, bool not)
{
	const struct exim_hosts *hosts;
	struct let who = { .who = { { 0 } } };

	if (!exim_host_list(w->exim, value, &hosts)) {
		not_understood(s, value);
		return;
	}
	set_copy(&who.who[0], &hosts->who);
	set_copy(&who.who[1], &hosts->who);
	fit(s, &who, not);
	let_free(&who);
	take_names(w, s, &hosts->names, not);
}

static void
on_domains(struct walk *w, struct statement *s, const char *value, bool not)
{
	fit_all(s, exim_domain_list(w->exim, value) ^ not);
}

static void
on_authenticated(struct walk *w, struct statement *s, const char *value,
    bool not)
{
	struct let who = { .who = { { 0 } } };

	(void)w;
	if (strcmp(value, "*") != 0) {
		not_understood(s, "authenticated");
		return;
	}
	let_all(&who);
	let_only(&who, !not);
	fit(s, &who, false);
	let_free(&who);
}

static void
on_condition(struct walk *w, struct statement *s, const char *value, bool not)
{
	bool is;

	if (exim_truth(w->exim, value, &is))
		fit_all(s, is ^ not);
	else
		not_understood(s, "condition");
}

static void
on_acl(struct walk *w, struct statement *s, const char *value, bool not)
{
	struct let who = { .who = { { 0 } } };

	if (strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	        "0123456789_-") != strlen(value) || w->exim->depth > DEEPEST ||
	    w->exim->nested++ > MOST_NESTED) {
		not_understood(s, "acl");
		return;
	}
	exim_acl(w->exim, value, false, &who);
	fit(s, &who, not);
	let_free(&who);
}

/* TLS is no matter of who sends: the server's own setting has it. */
static void
on_encrypted(struct walk *w, struct statement *s, const char *value, bool not)
{
	bool demands = s->verb == VERB_REQUIRE ? !not
	    : (s->verb == VERB_DENY || s->verb == VERB_DROP) && not;
	struct let all = { .who = { { 0 } } };

	let_all(&all);
	let_subtract(&all, &s->fits);
	if (!strcmp(value, "*") && demands && let_empty(&all) &&
	    w->exim->far) {
		w->exim->asked->server->tls = TLS_REQUIRED;
		fit_all(s, s->verb == VERB_REQUIRE);
	} else if (!strcmp(value, "*") && demands && let_empty(&all)) {
		fit_all(s, s->verb == VERB_REQUIRE);
	} else {
		not_understood(s, "encrypted");
	}
	let_free(&all);
}

static const struct {
	const char *name;
	void (*take)(struct walk *walk, struct statement *statement,
	    const char *value, bool not);
} conditions[] = {
	{ "hosts", on_hosts, },
	{ "domains", on_domains, },
	{ "authenticated", on_authenticated, },
	{ "condition", on_condition, },
	{ "acl", on_acl, },
	{ "encrypted", on_encrypted, },
};

/* A list of a file that is not there, as Debian has them: it fits nobody. */
static bool
is_empty(const struct exim *exim, const char *value)
{
	struct buf list = { 0 };
	bool empty = strstr(value, "${if exists") &&
	    exim_expand(exim, value, &list) && !list.len;

	buf_free(&list);
	return empty;
}

static void
take_condition(struct walk *w, struct statement *s, const char *text)
{
	char name[64];
	bool not = *text == '!';
	const char *value;
	size_t len;

	text += not;
	text += strspn(text, " \t");
	len = strcspn(text, " \t=");
	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), text);
	if (!strcmp(name, "endpass"))
		s->endpass = true;
	if (!name[0] || !strcmp(name, "endpass") ||
	    word_find(modifiers, name) >= 0)
		return;
	value = text + len + strspn(text + len, " \t");
	value += *value == '=';
	value += strspn(value, " \t");
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (!strcmp(conditions[i].name, name)) {
			conditions[i].take(w, s, value, not);
			return;
		}
	if (!strcmp(name, "verify") && !not)
		s->narrows = true;
	else if (is_empty(w->exim, value))
		fit_all(s, not);
	else
		not_understood(s, text);
}

/* --- statements -------------------------------------------------------- */

static void
decide(struct walk *w, const struct let *who, bool in)
{
	struct let now = { .who = { { 0 } } };

	let_copy(&now, &w->left);
	let_intersect(&now, who);
	if (in)
		let_union(&w->in, &now);
	let_subtract(&w->left, &now);
	let_free(&now);
}

/* Does it concern anybody who is not decided about? */
static bool
concerns(const struct walk *w, const struct statement *s)
{
	struct let now = { .who = { { 0 } } };
	bool any;

	let_copy(&now, &w->left);
	let_intersect(&now, &s->fits);
	any = !let_empty(&now);
	let_free(&now);
	return any;
}

static void
refuse_others(struct walk *w, const struct let *fits)
{
	struct let others = { .who = { { 0 } } };

	let_all(&others);
	let_subtract(&others, fits);
	decide(w, &others, false);
	let_free(&others);
}

static void
note_other(const struct walk *w, const struct statement *s)
{
	struct asked *asked = w->exim->asked;

	if (s->verb == VERB_ACCEPT && !w->exim->far)
		asked_note(asked, "accept with %s lets some mail for %s "
		    "through, and for others perhaps; left out", s->other,
		    w->exim->domain);
	else if (s->verb == VERB_ACCEPT)
		asked_note(asked, "accept with %s is NOT UNDERSTOOD; look "
		    "what it lets through", s->other);
	else
		asked_note(asked, "%s with %s refuses some mail whoever sends "
		    "it; not taken over", verbs[s->verb], s->other);
}

static void
end_statement(struct walk *w, struct statement *s)
{
	bool any = s->verb != VERB_WARN && concerns(w, s);

	if (s->narrows && any)
		asked_note(w->exim->asked, "verify refuses some mail whoever "
		    "sends it; not taken over");
	if (s->other[0] && any)
		note_other(w, s);
	if (s->verb == VERB_DISCARD && any && !s->other[0])
		asked_note(w->exim->asked, "discard accepts mail and throws it "
		    "away; it is refused now");
	switch (s->verb) {
	case VERB_WARN:
		break;
	case VERB_ACCEPT:
		decide(w, &s->denied, false);
		if (!s->other[0])
			decide(w, &s->fits, true);
		break;
	case VERB_REQUIRE:
		refuse_others(w, &s->fits);
		break;
	case VERB_DISCARD:
	case VERB_DENY:
	case VERB_DROP:
	case VERB_DEFER:
		if (!s->other[0] && !s->narrows)
			decide(w, &s->fits, false);
		break;
	}
	let_free(&s->fits);
	let_free(&s->denied);
}

/* "accept hosts = ...": the verb, with what stands behind it. */
static int
find_verb(const char *text, const char **rest)
{
	size_t len = strcspn(text, " \t");
	char word[16];

	*rest = text + len + strspn(text + len, " \t");
	if (len >= sizeof(word))
		return -1;
	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	return **rest == '=' ? -1 : word_find(verbs, word);
}

static bool
is_heading(const char *text)
{
	size_t len = strlen(text);

	return len > 1 && text[len - 1] == ':' && !strpbrk(text, " \t=");
}

static size_t
find_acl(const struct exim *exim, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < exim->line_count; i++)
		if (exim->lines[i].section == EXIM_ACL &&
		    is_heading(exim->lines[i].text) &&
		    !strncmp(exim->lines[i].text, name, len) &&
		    exim->lines[i].text[len + 1] == '\0')
			return i + 1;
	return exim->line_count;
}

static void
walk_lines(struct walk *w, size_t at)
{
	const struct exim *exim = w->exim;
	struct statement s = { .verb = VERB_WARN };

	for (; at < exim->line_count; at++) {
		const char *text = exim->lines[at].text;
		int verb = find_verb(text, &text);

		if (exim->lines[at].section != EXIM_ACL ||
		    is_heading(exim->lines[at].text))
			break;
		if (verb < 0) {
			take_condition(w, &s, exim->lines[at].text);
			continue;
		}
		end_statement(w, &s);
		s = (struct statement){ .verb = (enum verb)verb };
		let_all(&s.fits);
		if (*text)
			take_condition(w, &s, text);
	}
	end_statement(w, &s);
}

void
exim_acl(struct exim *exim, const char *name, bool otherwise, struct let *let)
{
	struct walk w = { .exim = exim };
	size_t at = find_acl(exim, name);

	let_all(&w.left);
	if (*name && at == exim->line_count)
		asked_note(exim->asked, "the ACL %s is NOT UNDERSTOOD; it is "
		    "taken to refuse everybody", name);
	else if (!*name && otherwise)
		let_copy(&w.in, &w.left);
	exim->depth++;
	if (at < exim->line_count)
		walk_lines(&w, at);
	exim->depth--;
	let_free(&w.left);
	*let = w.in;
}
