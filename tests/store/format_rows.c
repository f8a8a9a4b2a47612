#include "config.h"

#include "format_rows.h"
#include "told_lines.h"
#include "policy/set.h"
#include "tests/policy/unit.h"

static const struct entries none;

static void
check_format_row(const char *format, const struct format_row *row)
{
	struct import_rules rules = row->rules;
	struct err err = { ERR_NONE, "" };
	struct import import;
	struct buf got = { 0 };

	rules.format = format;
	if (!import_judge(&import, row->text, strlen(row->text), &rules, &none,
	        &err))
		fail_msg("row '%s': %s", row->name, err.text);
	check_told(row->name, row->bad, import.bad, import.bad_count);
	check_told(row->name, row->left, import.left, import.left_count);
	assert_true(export_entries(&got, &import.entries, "plain", false,
	    &err));
	check_same(buf_text(&got), row->entries, row->name);
	buf_free(&got);
	import_free(&import);
}

void
check_format_rows(const char *format, const struct format_row *rows,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_format_row(format, &rows[i]);
}

void
check_format_refused(const char *format, const char *name, const char *text,
    const struct import_rules *rules, const char *why)
{
	struct import_rules named = *rules;
	struct err err = { ERR_NONE, "" };
	struct import import;

	named.format = format;
	if (import_judge(&import, text, strlen(text), &named, &none, &err))
		fail_msg("row '%s': is read", name);
	if (strncmp(err.text, why, strlen(why)) != 0)
		fail_msg("row '%s': got '%s', wanted '%s'", name, err.text,
		    why);
	import_free(&import);
}

/* --- round trips --------------------------------------------------------- */

static uint32_t
next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 32);
}

static void
add_random(struct entries *entries, uint64_t *seed, bool blocks)
{
	static const char *const comments[] = { "a, b; c", "\"quoted\" | x",
		"Z\xc3\xbcrich # 2", "'", "1.2.3.4", "tab\\t, {x}", "# x",
		" blanks ", "[owner a]", "[]", "x [expires 2026-01-01]", "[",
		"]", "; []", "[] [] x []", "255.255.255.0", "=1+1" };
	struct entry entry;
	uint8_t family = next(seed) % 4 ? 4 : 6;
	int prefix = net_bits(family) - (int)(next(seed) % 4 ? 0 : 12);
	u128 mask = net_block_last(family, 0, prefix);
	u128 first = (family == 6 ? (u128)0x20010db8 << 96 : 0) | next(seed);

	entry_clear(&entry);
	entry.net = (struct net){ family, first & ~mask, first | mask };
	if (next(seed) % 8 == 0)
		entry.net.last += entry.net.last < NET_LAST4 - 3 ? 3 : 0;
	if (!blocks && next(seed) % 16 == 0) {
		entry.kind = ENTRY_DOMAIN;
		snprintf(entry.name, sizeof(entry.name), "h%u.example",
		    next(seed) % 1000);
	}
	if (!blocks && next(seed) % 3 == 0)
		entry.comment = comments[next(seed) % ROWS(comments)];
	if (!blocks && next(seed) % 5 == 0)
		entry.owner = next(seed) % 2 ? "print, team" : "me";
	if (!blocks && next(seed) % 5 == 0)
		entry.ticket = "CHG\"7\"";
	if (!blocks && next(seed) % 5 == 0)
		entry.expires = (int32_t)(next(seed) % 30000 + 400);
	entries_append(entries, &entry);
}

static bool
same(const struct entries *a, const struct entries *b, bool blocks)
{
	struct set x, y;
	bool equal;

	if (!blocks)
		return entries_equal(a, b);
	set_of_entries(&x, a);
	set_of_entries(&y, b);
	equal = set_equal(&x, &y);
	set_free(&x);
	set_free(&y);
	return equal;
}

void
check_format_round_trip(const char *format, bool blocks, unsigned seed)
{
	struct import_rules rules = { .format = format };
	uint64_t state = seed;

	for (int i = 0; i < 200; i++) {
		struct entries entries = { 0 };
		struct buf text = { 0 };
		struct import import;
		struct err err;

		for (uint32_t n = next(&state) % 40 + 1; n; n--)
			add_random(&entries, &state, blocks);
		entries_settle(&entries);
		if (!export_entries(&text, &entries, format, false, &err) ||
		    !import_judge(&import, buf_text(&text), text.len, &rules,
		        &none, &err))
			fail_msg("%s: %s", format, err.text);
		if (import.bad_count)
			fail_msg("%s: line %zu: %s", format,
			    import.bad[0].number, import.bad[0].reason);
		if (!same(&import.entries, &entries, blocks))
			fail_msg("%s: not the same again:\n%s", format,
			    buf_text(&text));
		import_free(&import);
		buf_free(&text);
		entries_free(&entries);
	}
}
