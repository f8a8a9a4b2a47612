#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
#include "policy/err.h"
#include "policy/mem.h"

#define BUCKETS 65536 /* a power of two */
/* Of a message with more recipients the others may be told twice. */
#define MOST_SEEN 5000

/* Found by a hash of the key; the oldest first when there are too many. */
struct sessions {
	struct session *buckets[BUCKETS];
	struct session *oldest, *newest;
	size_t count, most;
};

/* FNV-1a */
static uint64_t
hash(struct piece p)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < p.len; i++)
		h = (h ^ (unsigned char)p.at[i]) * 1099511628211u;
	return h;
}

struct sessions *
sessions_new(size_t most)
{
	struct sessions *all = mem_new(1, sizeof(*all));

	all->most = most;
	return all;
}

void
sessions_free(struct sessions *all)
{
	while (all->oldest)
		sessions_end(all, all->oldest);
	free(all);
}

static struct session **
place_of(struct sessions *all, struct piece key)
{
	struct session **at = &all->buckets[hash(key) % BUCKETS];

	while (*at && !piece_is(key, (*at)->key))
		at = &(*at)->next;
	return at;
}

struct session *
sessions_find(struct sessions *all, struct piece key)
{
	return *place_of(all, key);
}

void
sessions_end(struct sessions *all, struct session *s)
{
	struct session **at = place_of(all, (struct piece){ s->key,
		strlen(s->key) });

	*at = s->next;
	*(s->older ? &s->older->newer : &all->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &all->newest) = s->older;
	all->count--;
	free(s->name);
	free(s->server);
	free(s->service);
	free(s->seen);
	free(s);
}

struct session *
sessions_begin(struct sessions *all, struct piece key, uint64_t *dropped)
{
	struct session *s = sessions_find(all, key), **at;

	if (s)
		sessions_end(all, s);
	if (key.len >= SESSION_KEY)
		return NULL;
	if (all->count >= all->most) {
		sessions_end(all, all->oldest);
		++*dropped;
	}
	s = mem_new(1, sizeof(*s));
	memcpy(s->key, key.at, key.len);
	at = place_of(all, key);
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
	char **text = &log->texts[log->text++ % 4];

	free(*text);
	*text = mem_textn(p.at, p.len);
	return *text;
}
