#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/err.h"
#include "policy/mem.h"

#define FIRST_BUCKETS 4096 /* a power of two */
/* Of a message with more recipients the others may be told twice. */
#define MOST_SEEN 5000

/* Found by a hash of the key; the oldest first when there are too many. */
struct sessions {
	struct session **buckets;
	size_t bucket_count; /* a power of two */
	struct session *oldest, *newest, *spare;
	size_t count, most;
};

/* By eight bytes at once. */
static uint64_t
hash(struct piece p)
{
	uint64_t h = p.len, word;

	for (; p.len >= 8; p.at += 8, p.len -= 8) {
		memcpy(&word, p.at, 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	word = 0;
	if (p.len)
		memcpy(&word, p.at, p.len);
	h = (h ^ word) * 0xbf58476d1ce4e5b9u;
	return h ^ h >> 32;
}

struct sessions *
sessions_new(size_t most)
{
	struct sessions *all = mem_new(1, sizeof(*all));

	all->most = most;
	all->bucket_count = FIRST_BUCKETS;
	all->buckets = mem_new(FIRST_BUCKETS, sizeof(struct session *));
	return all;
}

void
sessions_free(struct sessions *all)
{
	struct session *s, *next;

	while (all->oldest)
		sessions_end(all, all->oldest);
	for (s = all->spare; s; s = next) {
		next = s->next;
		free(s->seen);
		free(s);
	}
	free(all->buckets);
	free(all);
}

static struct session **
place_of(struct sessions *all, struct piece key, uint64_t h)
{
	struct session **at = &all->buckets[h & (all->bucket_count - 1)];

	while (*at && ((*at)->hash != h || (*at)->key_len != key.len ||
	    memcmp((*at)->key, key.at, key.len) != 0))
		at = &(*at)->next;
	return at;
}

struct session *
sessions_find(struct sessions *all, struct piece key)
{
	return *place_of(all, key, hash(key));
}

/* It is kept, for the next that begins. */
void
sessions_end(struct sessions *all, struct session *s)
{
	struct session **at = place_of(all, (struct piece){ s->key,
		s->key_len }, s->hash);

	*at = s->next;
	*(s->older ? &s->older->newer : &all->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &all->newest) = s->older;
	all->count--;
	free(s->name);
	s->next = all->spare;
	all->spare = s;
}

static struct session *
take_spare(struct sessions *all)
{
	struct session *s = all->spare;
	uint64_t *seen;
	size_t cap;

	if (!s)
		return mem_new(1, sizeof(*s));
	all->spare = s->next;
	seen = s->seen;
	cap = s->seen_cap;
	*s = (struct session){ .seen = seen, .seen_cap = cap };
	return s;
}

static void
grow(struct sessions *all)
{
	size_t count = all->bucket_count * 4;

	free(all->buckets);
	all->buckets = mem_new(count, sizeof(struct session *));
	all->bucket_count = count;
	for (struct session *s = all->oldest; s; s = s->newer) {
		struct session **at = &all->buckets[s->hash & (count - 1)];

		s->next = *at;
		*at = s;
	}
}

struct session *
sessions_begin(struct sessions *all, struct piece key, uint64_t *dropped)
{
	uint64_t h = hash(key);
	struct session *s = *place_of(all, key, h), **at;

	if (s)
		sessions_end(all, s);
	if (key.len > SESSION_KEY)
		return NULL;
	if (all->count >= all->most) {
		sessions_end(all, all->oldest);
		++*dropped;
	}
	if (all->count >= all->bucket_count)
		grow(all);
	s = take_spare(all);
	memcpy(s->key, key.at, key.len);
	s->key_len = key.len;
	s->hash = h;
	at = &all->buckets[h & (all->bucket_count - 1)];
	s->next = *at;
	*at = s;
	s->older = all->newest;
	*(all->newest ? &all->newest->newer : &all->oldest) = s;
	all->newest = s;
	all->count++;
	return s;
}

bool
session_sees(struct session *s, struct piece recipient)
{
	uint64_t h = hash(recipient);

	for (size_t i = 0; i < s->seen_count; i++)
		if (s->seen[i] == h)
			return false;
	if (s->seen_count == MOST_SEEN)
		return true;
	s->seen = mem_grow(s->seen, s->seen_count, &s->seen_cap,
	    sizeof(*s->seen));
	s->seen[s->seen_count++] = h;
	return true;
}

/* --- pieces --------------------------------------------------------------- */

struct piece
piece_until(struct piece *p, char end)
{
	const char *at = p->len ? memchr(p->at, end, p->len) : NULL;
	struct piece before = { p->at, at ? (size_t)(at - p->at) : p->len };

	p->at += before.len + !!at;
	p->len -= before.len + !!at;
	return before;
}

bool
piece_find(struct piece p, const char *text, struct piece *after)
{
	size_t len = strlen(text);
	const char *at = p.len ? memmem(p.at, p.len, text, len) : NULL;

	if (!at)
		return false;
	after->at = at + len;
	after->len = (size_t)(p.at + p.len - after->at);
	return true;
}

bool
piece_find_after(struct piece p, char rare, const char *text,
    struct piece *after)
{
	size_t len = strlen(text);

	while (p.len) {
		piece_until(&p, rare);
		if (p.len < len)
			return false;
		if (memcmp(p.at, text, len))
			continue;
		after->at = p.at + len;
		after->len = p.len - len;
		return true;
	}
	return false;
}

bool
piece_find_last(struct piece p, const char *text, struct piece *after)
{
	bool found = false;

	for (; piece_find(p, text, &p); found = true)
		*after = p;
	return found;
}

bool
piece_host(struct piece p, struct piece *name, struct net *addr)
{
	struct err err;

	if (!p.len || p.at[p.len - 1] != ']')
		return false;
	p.len--;
	*name = piece_until(&p, '[');
	if (!piece_skip(&p, "IPv6:"))
		(void)piece_skip(&p, "ipv6:");
	return net_parse_addr(addr, p.at, p.len, &err);
}

const char *
piece_text(struct maillog *log, struct piece p)
{
	unsigned i = log->text++ % 4;

	if (p.len >= log->text_caps[i]) {
		log->text_caps[i] = 2 * p.len + 64;
		log->texts[i] = mem_resize(log->texts[i], log->text_caps[i],
		    1);
	}
	memcpy(log->texts[i], p.at, p.len);
	log->texts[i][p.len] = '\0';
	return log->texts[i];
}
