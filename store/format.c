#include "config.h"

#include <string.h>

#include "format_list.h"
#include "policy/set.h"
#include "policy/note.h"

const struct format *const formats[] = {
	&format_plain,
	&format_json,
	&format_csv,
	&format_tsv,
	&format_postfix_mynetworks,
	&format_postfix_cidr,
	&format_postfix_access,
	&format_exim,
	&format_sendmail_access,
	&format_opensmtpd,
	&format_netset,
	&format_drop,
	&format_drop_json,
	&format_rir,
	&format_domains,
	&format_nftables,
	&format_ipset,
	&format_adsi,
	&format_aws,
	&format_azure,
	&format_document,
	&format_exchange,
	&format_google,
	&format_m365,
	&format_registry,
	&format_spf,
	NULL,
};

const struct format *
format_find(const char *name)
{
	for (size_t i = 0; formats[i]; i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

const struct format *
format_guess(const struct source *source, struct buf *why)
{
	const struct format *best = &format_plain;
	struct buf reason = { 0 };
	int most = 0;

	for (size_t i = 0; formats[i]; i++) {
		int sure;

		if (!formats[i]->sniff)
			continue;
		buf_clear(&reason);
		sure = formats[i]->sniff(source, &reason);
		if (sure <= most)
			continue;
		most = sure;
		best = formats[i];
		buf_clear(why);
		buf_add(why, buf_text(&reason));
	}
	buf_free(&reason);
	/* Its lines would all be bad; what it is must be said once. */
	if (most <= 1 && source_is_json(source))
		return NULL;
	return best;
}

bool
format_unknown(const char *name, bool written, struct err *err)
{
	struct buf known = { 0 };

	for (size_t i = 0; formats[i]; i++)
		if (written ? formats[i]->write != NULL
		            : formats[i]->read != NULL)
			buf_addf(&known, "%s%s", known.len ? ", " : "",
			    formats[i]->name);
	fail_as(err, ERR_USAGE, "there is no format '%.40s'%s; known: %s",
	    name, written ? " to write" : "", buf_text(&known));
	buf_free(&known);
	return false;
}

bool
format_cannot_hold(const char *what, const char *only,
    const struct entry *entry, struct err *err)
{
	struct buf text = { 0 };

	entry_add(&text, entry);
	fail(err, "%s holds %s only, not %s; export without it, or as csv",
	    what, only, buf_text(&text));
	buf_free(&text);
	return false;
}

void
format_add_days(struct buf *buf, const struct entries *entries)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	while (entries->note_count && entries_next(&walk, &entry)) {
		if (!entry.expires)
			continue;
		buf_add(buf, "# until ");
		day_add(buf, entry.expires);
		buf_add(buf, " only: ");
		entry_add(buf, &entry);
		buf_addc(buf, '\n');
	}
}

struct block_writing {
	struct buf *buf;
	const char *behind;
};

static void
add_block(const struct net *block, void *context)
{
	struct block_writing *w = context;

	net_add(w->buf, block);
	buf_add(w->buf, w->behind);
	buf_addc(w->buf, '\n');
}

bool
format_write_blocks(struct buf *buf, const struct entries *entries,
    const char *what, const char *behind, struct err *err)
{
	struct entries_walk walk = { .entries = entries };
	struct block_writing w = { buf, behind };
	struct entry entry;

	format_add_days(buf, entries);
	while (entries_next(&walk, &entry)) {
		if (entry.kind != ENTRY_NET)
			return format_cannot_hold(what, "addresses", &entry,
			    err);
		net_blocks(&entry.net, add_block, &w);
	}
	return true;
}
