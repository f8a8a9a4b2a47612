#include "config.h"

#include <stdlib.h>

#include "dns.h"
#include "policy/mem.h"

const char *const dns_words[] = { "A", "AAAA", "MX", "TXT", "PTR" };

void
dns_answer_add(struct dns_answer *a, const char *text, size_t len)
{
	char *copy = mem_textn(text, len);

	for (size_t i = 0; i < len; i++)
		if (!copy[i])
			copy[i] = '\1';
	a->texts = mem_grow(a->texts, a->count, &a->cap, sizeof(*a->texts));
	a->texts[a->count++] = copy;
}

void
dns_answer_clear(struct dns_answer *a)
{
	for (size_t i = 0; i < a->count; i++)
		free(a->texts[i]);
	free(a->texts);
	*a = (struct dns_answer){ 0 };
}
