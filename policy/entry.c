#include "config.h"

#include <string.h>

#include "entries.h"
#include "name.h"

static bool
has_prefix(const char *text, size_t len, const char *prefix)
{
	return len >= strlen(prefix) && !memcmp(text, prefix, strlen(prefix));
}

void
entry_clear(struct entry *entry)
{
	entry->kind = ENTRY_NET;
	entry->net = (struct net){ 0, 0, 0 };
	entry->name[0] = '\0';
	entry->comment = entry->owner = entry->ticket = NULL;
	entry->expires = 0;
}

bool
entry_parse(struct entry *entry, const char *text, size_t len, unsigned rules,
    struct err *err)
{
	entry_clear(entry);
	if (has_prefix(text, len, "domain:")) {
		entry->kind = ENTRY_DOMAIN;
		return domain_parse(entry->name, text + 7, len - 7, err);
	}
	if (has_prefix(text, len, "list:")) {
		entry->kind = ENTRY_LIST;
		if (!name_check(text + 5, len - 5, err))
			return false;
		memcpy(entry->name, text + 5, len - 5);
		entry->name[len - 5] = '\0';
		return true;
	}
	entry->kind = ENTRY_NET;
	return net_parse(&entry->net, text, len, rules, err);
}

void
entry_add(struct buf *buf, const struct entry *entry)
{
	static const char *const prefix[] = { "", "domain:", "list:" };

	if (entry->kind == ENTRY_NET) {
		net_add(buf, &entry->net);
		return;
	}
	buf_add(buf, prefix[entry->kind]);
	buf_add(buf, entry->name);
}

int
entry_compare(const struct entry *a, const struct entry *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == ENTRY_NET)
		return net_compare(&a->net, &b->net);
	return strcmp(a->name, b->name);
}
