#include "config.h"

#include <string.h>

#include "item.h"
#include "policy/note.h"

enum item_kind {
	ITEM_V4 = 4,
	ITEM_V6 = 6,
	ITEM_DOMAIN = 'd',
	ITEM_LIST = 'l',
	ITEM_NOTED = 0x80,  /* a comment follows */
	ITEM_MORE = 0x10, /* a comment, an owner, a ticket and a day follow;
	                       no kind has this bit */
};

void
item_add_number(struct buf *buf, u128 number, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		buf_addc(buf, (char)(unsigned char)(number >> (8 * i)));
}

void
item_add_text(struct buf *buf, const char *text)
{
	size_t len = strlen(text);

	item_add_number(buf, len, 4);
	buf_addn(buf, text, len);
}

/* Room for an address of either family and what it is. */
#define ITEM_MOST 33

static size_t
put_number(unsigned char *to, u128 number, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, number >>= 8)
		to[i] = (unsigned char)number;
	return (size_t)bytes;
}

static size_t
put_v4(unsigned char *to, uint32_t number)
{
	to[0] = (unsigned char)(number >> 24);
	to[1] = (unsigned char)(number >> 16);
	to[2] = (unsigned char)(number >> 8);
	to[3] = (unsigned char)number;
	return 4;
}

void
item_add_v4(struct buf *buf, const struct range4 *range)
{
	unsigned char item[9] = { ITEM_V4 };

	put_v4(item + 1, range->first);
	put_v4(item + 5, range->last);
	buf_addn(buf, item, sizeof(item));
}

static void
add_net(struct buf *buf, const struct net *net, int noted)
{
	unsigned char item[ITEM_MOST];
	size_t len = 1;

	item[0] = (unsigned char)(net->family | noted);
	if (net->family == 4) {
		len += put_v4(item + len, (uint32_t)net->first);
		len += put_v4(item + len, (uint32_t)net->last);
	} else {
		len += put_number(item + len, net->first, 16);
		len += put_number(item + len, net->last, 16);
	}
	buf_addn(buf, item, len);
}

void
item_add(struct buf *buf, const struct entry *e)
{
	int noted = note_more(e) ? ITEM_MORE : e->comment ? ITEM_NOTED : 0;

	if (e->kind == ENTRY_NET) {
		add_net(buf, &e->net, noted);
	} else {
		int kind = e->kind == ENTRY_DOMAIN ? ITEM_DOMAIN : ITEM_LIST;

		item_add_number(buf, (unsigned)(kind | noted), 1);
		item_add_text(buf, e->name);
	}
	if (noted)
		item_add_text(buf, e->comment ? e->comment : "");
	if (noted != ITEM_MORE)
		return;
	item_add_text(buf, e->owner ? e->owner : "");
	item_add_text(buf, e->ticket ? e->ticket : "");
	item_add_number(buf, (u128)e->expires, 4);
}

u128
item_take_number(struct item_bytes *b, int bytes)
{
	u128 number = 0;

	if (b->end - b->at < bytes) {
		b->short_of = true;
		b->at = b->end;
		return 0;
	}
	for (int i = 0; i < bytes; i++)
		number = number << 8 | *b->at++;
	return number;
}

const char *
item_take_text(struct item_bytes *b, size_t *len)
{
	const char *text;

	*len = (size_t)item_take_number(b, 4);
	if ((size_t)(b->end - b->at) < *len) {
		b->short_of = true;
		*len = 0;
	}
	text = (const char *)b->at;
	b->at += *len;
	return text;
}

static bool
take_entry(struct item_bytes *b, struct entry *e)
{
	int kind = (int)item_take_number(b, 1) & ~(ITEM_NOTED | ITEM_MORE);
	size_t len;
	const char *text;

	memset(e, 0, sizeof(*e));
	if (kind == ITEM_V4 || kind == ITEM_V6) {
		int bytes = kind == ITEM_V4 ? 4 : 16;

		e->kind = ENTRY_NET;
		e->net.family = (uint8_t)kind;
		e->net.first = item_take_number(b, bytes);
		e->net.last = item_take_number(b, bytes);
		return !b->short_of && e->net.first <= e->net.last;
	}
	if (kind != ITEM_DOMAIN && kind != ITEM_LIST)
		return false;
	e->kind = kind == ITEM_DOMAIN ? ENTRY_DOMAIN : ENTRY_LIST;
	text = item_take_text(b, &len);
	if (b->short_of || !len || len >= sizeof(e->name))
		return false;
	memcpy(e->name, text, len);
	return true;
}

bool
item_take_first(struct item_bytes *b, struct entry *e)
{
	return take_entry(b, e);
}

static uint32_t
get_v4(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

/* A run of IPv4 items without comments, which is most of a long list. */
static bool
take_plain(struct item_bytes *b, struct entries *entries, struct entry *e)
{
	e->kind = ENTRY_NET;
	e->comment = NULL;
	e->net.family = 4;
	while (b->end - b->at >= 9 && *b->at == ITEM_V4) {
		e->net.first = get_v4(b->at + 1);
		e->net.last = get_v4(b->at + 5);
		if (e->net.first > e->net.last)
			return false;
		entries_append(entries, e);
		b->at += 9;
	}
	return true;
}

static bool
take_note(struct item_bytes *b, struct note_texts *texts, enum note_kind kind)
{
	size_t len;
	const char *text = item_take_text(b, &len);
	struct err ignored;

	return !b->short_of && note_texts_set(texts, kind, text, len, &ignored);
}

static bool
take_notes(struct item_bytes *b, int kind, struct note_texts *texts)
{
	note_texts_clear(texts);
	if (!take_note(b, texts, NOTE_COMMENT))
		return false;
	if (!(kind & ITEM_MORE))
		return true;
	if (!take_note(b, texts, NOTE_OWNER) ||
	    !take_note(b, texts, NOTE_TICKET))
		return false;
	texts->expires = (int32_t)item_take_number(b, 4);
	return !b->short_of && texts->expires >= 0;
}

bool
item_take_all(struct item_bytes *b, struct entries *entries)
{
	struct note_texts texts;
	struct entry e;

	entry_clear(&e);
	while (take_plain(b, entries, &e) && b->at < b->end) {
		int kind = *b->at;

		if (!take_entry(b, &e))
			return false;
		if (kind & (ITEM_NOTED | ITEM_MORE)) {
			if (!take_notes(b, kind, &texts))
				return false;
			note_texts_lend(&texts, &e);
		}
		entries_append(entries, &e);
		entry_clear(&e);
	}
	return b->at == b->end && !b->short_of;
}
