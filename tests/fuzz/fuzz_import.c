/* Lists: every line is counted once, and what was taken comes back from its
 * export as it was. */
#include "config.h"

#include <string.h>

#include "store/import.h"

#include "fuzz.h"

static void
judge(struct import *import, const char *text, size_t len,
    const struct import_rules *rules)
{
	static const struct entries none;
	struct err err = { ERR_NONE, "" };
	bool ok = import_judge(import, text, len, rules, &none, &err);

	demand(ok || (err.text[0] && err.kind == ERR_INPUT));
	if (!ok)
		return;
	demand(import->lines == import->blank + import->bad_count +
	    import->repeated + entries_count(&import->entries));
	demand(import->added == entries_count(&import->entries));
	for (size_t i = 0; i < import->bad_count; i++)
		demand(import->bad[i].number <= import->lines &&
		    (!i || import->bad[i - 1].number < import->bad[i].number) &&
		    import->bad[i].reason[0]);
}

static void
check_again(const struct entries *entries)
{
	struct import_rules rules = { .format = "plain" };
	struct buf text = { 0 };
	struct import again;
	struct err err;

	demand(export_entries(&text, entries, NULL, false, &err));
	judge(&again, buf_text(&text), text.len, &rules);
	demand(again.bad_count == 0 && again.repeated == 0);
	demand(entries_equal(&again.entries, entries));
	import_free(&again);
	buf_free(&text);
}

/* Merged twice is merged once. */
static void
check_merged(const struct entries *entries)
{
	struct import_rules rules = { .format = "plain" };
	struct buf once = { 0 }, twice = { 0 };
	struct import again;
	struct err err;

	demand(export_entries(&once, entries, NULL, true, &err));
	judge(&again, buf_text(&once), once.len, &rules);
	demand(again.bad_count == 0 && again.repeated == 0);
	demand(export_entries(&twice, &again.entries, NULL, true, &err));
	demand(!strcmp(buf_text(&once), buf_text(&twice)));
	import_free(&again);
	buf_free(&once);
	buf_free(&twice);
}

/* The first byte says by which rules. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_rules rules = { .format = "plain",
		.widen = size && data[0] & 1,
		.comment = size && data[0] & 2 ? "all of these" : NULL };
	struct import import;
	size_t skip = size ? 1 : 0;

	judge(&import, size ? (const char *)data + skip : "", size - skip,
	    &rules);
	if (entries_count(&import.entries)) {
		check_again(&import.entries);
		check_merged(&import.entries);
	}
	import_free(&import);
	return 0;
}
