/* Entries as a JSON array: texts, or objects with what is noted of them. */
#include "config.h"

#include <string.h>

#include "date.h"
#include "format_list.h"
#include "intake.h"
#include "policy/mem.h"
#include "policy/note.h"
#include "reader.h"
#include "spot.h"

/* --- reading ------------------------------------------------------------- */

#define TEXTS 5

static const char *const keys[TEXTS] = { "entry", "comment", "owner", "ticket",
	"expires", };

struct reading {
	struct intake *intake;
	struct spot spot;
	char *texts[TEXTS]; /* of the present object, by key */
};

static bool
read_member(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;
	const char *text;
	size_t i = 0;

	while (i < TEXTS && strcmp(keys[i], key) != 0)
		i++;
	if (i == TEXTS)
		return reader_skip(json);
	if (reader_peek(json) == 'n')
		return reader_null(json);
	if (!reader_text(json, &text))
		return false;
	mem_drop(&r->texts[i]);
	r->texts[i] = mem_text(text);
	return true;
}

static bool
take_expiry(struct reading *r, struct item *item, char date[DATE_SIZE])
{
	struct err err;

	if (!r->texts[4] || !r->texts[4][0])
		return true;
	if (!date_parse(date, span_of(r->texts[4], strlen(r->texts[4])),
	        &err)) {
		intake_bad(r->intake, item, "%s", err.text);
		return false;
	}
	item->expires = date;
	return true;
}

static void
take_object(struct reading *r, struct item *item)
{
	char date[DATE_SIZE];

	item->comment = r->texts[1];
	item->comment_len = item->comment ? strlen(item->comment) : 0;
	item->owner = r->texts[2];
	item->owner_len = item->owner ? strlen(item->owner) : 0;
	item->ticket = r->texts[3];
	item->ticket_len = item->ticket ? strlen(item->ticket) : 0;
	if (!r->texts[0])
		intake_bad(r->intake, item, "an object without an entry");
	else if (take_expiry(r, item, date))
		intake_entry(r->intake, item, r->texts[0],
		    strlen(r->texts[0]));
}

static bool
read_element(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;
	bool text = reader_peek(json) == '"';
	size_t at = json->pos;
	struct item item;
	const char *entry;

	if (index % 8192 == 0 && !intake_go_on(r->intake, at))
		return false;
	for (size_t i = 0; i < TEXTS; i++)
		mem_drop(&r->texts[i]);
	if (text) {
		if (!reader_text(json, &entry))
			return false;
		r->texts[0] = mem_text(entry);
	} else if (!reader_object(json, read_member, r)) {
		return false;
	}
	item = spot_item(&r->spot, at, json->pos - at);
	take_object(r, &item);
	return true;
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct reading r = { .intake = intake, .spot = { .source = source } };
	struct reader json;
	bool ok;

	reader_open(&json, source->text, source->len, err);
	ok = reader_array(&json, read_element, &r) && reader_end(&json);
	reader_close(&json);
	for (size_t i = 0; i < TEXTS; i++)
		mem_drop(&r.texts[i]);
	if (ok)
		spot_end(&r.spot, intake);
	/* What stopped it is said there. */
	return ok || intake->stopped;
}

/* A "[" that begins an array of texts or of objects with an entry. */
static int
sniff(const struct source *source, struct buf *why)
{
	size_t i = 0;

	if (!source_is_json(source))
		return 0;
	while (memchr(" \t\r\n", source->text[i], 4))
		i++;
	if (source->text[i] != '[')
		return 0;
	for (i++; i < source->len && memchr(" \t\r\n", source->text[i], 4);)
		i++;
	if (source->text[i] != '"' && !source_has_key(source, "entry"))
		return 0;
	buf_add(why, "a JSON array of entries");
	return 70;
}

/* --- writing ------------------------------------------------------------- */

static void
add_note(struct buf *buf, const struct entry *entry, enum note_kind kind)
{
	struct buf text = { 0 };

	note_add(&text, entry, kind);
	if (text.len) {
		buf_addf(buf, ", \"%s\": ", note_kinds[kind].name);
		quoted_add(buf, buf_text(&text));
	}
	buf_free(&text);
}

static bool
write(struct buf *buf, const struct entries *entries, struct err *err)
{
	struct entries_walk walk = { .entries = entries };
	const char *between = "\n";
	struct entry entry;

	(void)err;
	buf_addc(buf, '[');
	while (entries_next(&walk, &entry)) {
		buf_addf(buf, "%s\t{ \"entry\": \"", between);
		entry_add(buf, &entry);
		buf_addc(buf, '"');
		for (enum note_kind kind = 0; kind < NOTES; kind++)
			add_note(buf, &entry, kind);
		buf_add(buf, " }");
		between = ",\n";
	}
	buf_add(buf, "\n]\n");
	return true;
}

const struct format format_json = {
	.name = "json",
	.title = "JSON array of entries",
	.sniff = sniff,
	.read = read,
	.write = write,
	.round_trip = true,
};
