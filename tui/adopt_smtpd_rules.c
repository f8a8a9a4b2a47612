/* The match rules and filters of smtpd.conf(5) as sets of clients. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_smtpd.h"
#include "policy/mem.h"

#define DEEPEST 10

struct rule {
	const struct smtpd_words *s;
	size_t at;
	struct let who;
	bool from, to; /* it says where from, and for whom */
	bool fits;     /* as far as the domain and the listener go */
	char other[100]; /* what was not understood, or "" */
};

static const char *
next(struct rule *r)
{
	return r->at < r->s->count ? r->s->words[r->at++] : "";
}

static void
skip_keys(struct smtpd *smtpd, struct rule *r)
{
	struct smtpd_words keys = { 0 };

	if (r->at < r->s->count && !strcmp(r->s->words[r->at], "regex"))
		r->at++;
	smtpd_keys(smtpd, r->s, &r->at, &keys);
	smtpd_words_free(&keys);
}

static void
not_understood(struct rule *r, const char *word)
{
	if (!r->other[0])
		snprintf(r->other, sizeof(r->other), "%s", word);
}

static void
narrow(struct rule *r, const struct set *who, bool not)
{
	for (int i = 0; i < 2; i++) {
		struct set *mine = &r->who.who[i];

		if (not)
			set_subtract(mine, mine, who);
		else
			set_intersect(mine, mine, who);
	}
}

/* --- from -------------------------------------------------------------- */

static void
from_local(struct smtpd *smtpd, struct rule *r, bool not)
{
	const char *text = fetched_find(smtpd->files, "addresses");
	struct smtpd_words words = { 0 };
	struct set who;

	smtpd_split(&words, text ? text : "");
	smtpd_clients(smtpd, &words, &who);
	narrow(r, &who, not);
	set_free(&who);
	smtpd_words_free(&words);
}

static void
from_source(struct smtpd *smtpd, struct rule *r, bool not)
{
	struct smtpd_words keys = { 0 };
	struct set who;

	if (r->at < r->s->count && !strcmp(r->s->words[r->at], "regex")) {
		not_understood(r, "from src regex");
		skip_keys(smtpd, r);
		return;
	}
	if (!smtpd_keys(smtpd, r->s, &r->at, &keys))
		not_understood(r, "from src");
	smtpd_clients(smtpd, &keys, &who);
	narrow(r, &who, not);
	set_free(&who);
	smtpd_words_free(&keys);
}

static bool
names_keys(const struct rule *r)
{
	const char *word = r->at < r->s->count ? r->s->words[r->at] : "";

	return word[0] == '<' || word[0] == '{' || !strcmp(word, "regex");
}

static void
on_auth(struct smtpd *smtpd, struct rule *r, bool not)
{
	if (names_keys(r)) {
		not_understood(r, "auth of some users");
		skip_keys(smtpd, r);
	} else {
		let_only(&r->who, !not);
	}
}

static void
on_from(struct smtpd *smtpd, struct rule *r, bool not)
{
	const char *word = next(r);
	struct set none = { 0 };

	r->from = true;
	if (!strcmp(word, "any")) {
		if (not)
			narrow(r, &none, false);
	} else if (!strcmp(word, "local")) {
		from_local(smtpd, r, not);
	} else if (!strcmp(word, "src")) {
		from_source(smtpd, r, not);
	} else if (!strcmp(word, "auth")) {
		on_auth(smtpd, r, not);
	} else if (!strcmp(word, "socket")) {
		narrow(r, &none, not);
	} else {
		not_understood(r, word);
		skip_keys(smtpd, r);
	}
}

/* --- for --------------------------------------------------------------- */

/* "*" stands for anything, at the beginning alone as a rule. */
static bool
name_fits(struct smtpd *smtpd, const char *pattern)
{
	char folded[DOMAIN_SIZE];
	bool star = *pattern == '*';
	const char *name = pattern + star;
	size_t len, end;

	if (!strcmp(pattern, "*"))
		return true;
	if (strchr(name, '*') || (star && *name != '.')) {
		asked_note(smtpd->asked, "the domain %s is left out: no row "
		    "can have it", pattern);
		return false;
	}
	if (smtpd->far)
		asked_add_domain(smtpd->asked, name + star,
		    strlen(name + star));
	domain_fold(folded, name, strlen(name));
	if (!star)
		return !strcmp(folded, smtpd->domain);
	len = strlen(smtpd->domain);
	end = strlen(folded);
	return len > end && !strcmp(smtpd->domain + len - end, folded);
}

static bool
is_local(struct smtpd *smtpd)
{
	const char *text = fetched_find(smtpd->files, "hostname");
	char name[DOMAIN_SIZE];
	bool fits = name_fits(smtpd, "localhost");

	snprintf(name, sizeof(name), "%.*s",
	    (int)(text ? strcspn(text, "\n") : 0), text ? text : "");
	return (*name && name_fits(smtpd, name)) || fits;
}

static void
on_for(struct smtpd *smtpd, struct rule *r, bool not)
{
	const char *word = next(r);
	struct smtpd_words keys = { 0 };
	bool fits = false;

	r->to = true;
	if (!strcmp(word, "any")) {
		fits = true;
	} else if (!strcmp(word, "local")) {
		fits = is_local(smtpd);
	} else if (!strcmp(word, "domain") && !(r->at < r->s->count &&
	    !strcmp(r->s->words[r->at], "regex"))) {
		if (!smtpd_keys(smtpd, r->s, &r->at, &keys))
			not_understood(r, "for domain");
		for (size_t i = 0; i < keys.count; i++)
			fits |= name_fits(smtpd, keys.words[i]);
	} else {
		not_understood(r, word);
		skip_keys(smtpd, r);
		fits = !not;
	}
	if (fits == not)
		r->fits = false;
	smtpd_words_free(&keys);
}

/* --- the others -------------------------------------------------------- */

static void
on_tag(struct smtpd *smtpd, struct rule *r, bool not)
{
	struct smtpd_words keys = { 0 };
	bool fits = false;

	if (r->at < r->s->count && !strcmp(r->s->words[r->at], "regex")) {
		not_understood(r, "tag regex");
		skip_keys(smtpd, r);
		return;
	}
	if (!smtpd_keys(smtpd, r->s, &r->at, &keys))
		not_understood(r, "tag");
	for (size_t i = 0; i < keys.count; i++)
		fits |= !strcmp(keys.words[i], smtpd->tag);
	if (fits == not)
		r->fits = false;
	smtpd_words_free(&keys);
}

static void
on_other(struct smtpd *smtpd, struct rule *r, bool not)
{
	(void)not;
	not_understood(r, r->s->words[r->at - 1]);
	skip_keys(smtpd, r);
}

static void
on_tls(struct smtpd *smtpd, struct rule *r, bool not)
{
	(void)smtpd;
	(void)not;
	not_understood(r, "tls");
}

static const struct {
	const char *word;
	void (*take)(struct smtpd *smtpd, struct rule *rule, bool not);
} conditions[] = {
	{ "from", on_from, },
	{ "for", on_for, },
	{ "auth", on_auth, },
	{ "tag", on_tag, },
	{ "tls", on_tls, },
	{ "helo", on_other, },
	{ "mail-from", on_other, },
	{ "rcpt-to", on_other, },
	{ "rdns", on_other, },
};

/* The action, "reject", or "" when the statement is not whole. */
static const char *
take_rule(struct smtpd *smtpd, struct rule *r)
{
	bool not = false;

	while (r->at < r->s->count) {
		const char *word = next(r);
		size_t i = 0, count = sizeof(conditions) /
		    sizeof(conditions[0]);

		if (!strcmp(word, "action"))
			return next(r);
		if (!strcmp(word, "reject"))
			return word;
		if (!strcmp(word, "!")) {
			not = true;
			continue;
		}
		while (i < count && strcmp(conditions[i].word, word) != 0)
			i++;
		if (i < count)
			conditions[i].take(smtpd, r, not);
		else
			not_understood(r, word);
		not = false;
	}
	return "";
}

static void
note_rule(struct smtpd *smtpd, const struct rule *r, bool rejects)
{
	if (rejects)
		asked_note(smtpd->asked, "a rule with %s refuses some mail; "
		    "not taken over", r->other);
	else
		asked_note(smtpd->asked, "a rule with %s is NOT UNDERSTOOD; "
		    "look what it lets through", r->other);
}

/* A rule that says nothing of that is for mail of and for the machine. */
static void
add_defaults(struct smtpd *smtpd, struct rule *r)
{
	if (!r->from)
		from_local(smtpd, r, false);
	if (!r->to && !is_local(smtpd))
		r->fits = false;
}

const char *
smtpd_rules(struct smtpd *smtpd, struct let *let)
{
	struct let left = { .who = { { 0 } } };
	const char *first = NULL;

	*let = left;
	let_all(&left);
	for (size_t i = 0; i < smtpd->count; i++) {
		struct rule r = { .s = &smtpd->statements[i], .at = 1,
			.fits = true };
		const char *action;
		bool rejects;

		if (strcmp(r.s->words[0], "match") != 0)
			continue;
		let_all(&r.who);
		action = take_rule(smtpd, &r);
		add_defaults(smtpd, &r);
		rejects = !strcmp(action, "reject");
		let_intersect(&r.who, &left);
		if (r.fits && *action && !let_empty(&r.who)) {
			if (r.other[0]) {
				note_rule(smtpd, &r, rejects);
			} else {
				let_subtract(&left, &r.who);
				if (!rejects)
					let_union(let, &r.who);
				if (!rejects && !first)
					first = action;
			}
		}
		let_free(&r.who);
	}
	let_free(&left);
	return first;
}

/* --- filters ----------------------------------------------------------- */

static void
note_filter(struct smtpd *smtpd, const char *name)
{
	asked_note(smtpd->asked, "the filter %s refuses some mail whoever "
	    "sends it, or does something else; not taken over", name);
}

/* "filter NAME phase PHASE match [!] src <table> reject ..." */
static void
take_filter(struct smtpd *smtpd, const struct smtpd_words *s)
{
	struct rule r = { .s = s, .at = 5, .fits = true };
	const char *word = s->count > 5 ? next(&r) : "";
	bool not = !strcmp(word, "!");

	let_all(&r.who);
	if (not)
		word = next(&r);
	if (s->count < 7 || strcmp(s->words[2], "phase") != 0 ||
	    strcmp(s->words[4], "match") != 0)
		not_understood(&r, "its form");
	else if (!strcmp(word, "src"))
		from_source(smtpd, &r, not);
	else if (!strcmp(word, "auth"))
		on_auth(smtpd, &r, not);
	else
		not_understood(&r, word);
	word = next(&r);
	if (r.other[0] || (strcmp(word, "reject") != 0 &&
	    strcmp(word, "disconnect") != 0))
		note_filter(smtpd, s->words[1]);
	else
		let_subtract(&smtpd->asked->connect, &r.who);
	let_free(&r.who);
}

static void
take_filters(struct smtpd *smtpd, const struct smtpd_words *names,
    unsigned depth, size_t *filters)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct smtpd_words *s = smtpd_find(smtpd, "filter",
		    names->words[i]);
		struct smtpd_words chain = { 0 };
		size_t at = 3;

		if (!s || depth > DEEPEST || ++*filters > MOST_FILTERS) {
			note_filter(smtpd, names->words[i]);
		} else if (!strcmp(s->words[2], "chain")) {
			smtpd_keys(smtpd, s, &at, &chain);
			take_filters(smtpd, &chain, depth + 1,
			    filters);
			smtpd_words_free(&chain);
		} else {
			take_filter(smtpd, s);
		}
	}
}

void
smtpd_filters(struct smtpd *smtpd, const struct smtpd_words *names)
{
	size_t filters = 0;

	take_filters(smtpd, names, 0, &filters);
}
