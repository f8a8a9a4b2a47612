#include "config.h"

#include <stdlib.h>

#include "maillog_line.h"
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
		free(s->name);
		free(s);
	}
	free(all->buckets);
	free(all);
}

static bool
is_of(const struct session *s, const struct log_event *event)
{
	return s->hash == event->key_hash && s->key_len == event->key_len &&
	    bytes_same(s->key, event->key, s->key_len);
}

struct session *
sessions_find(const struct sessions *all, const struct log_event *event)
{
	struct session *s = all->buckets[event->key_hash &
	    (all->bucket_count - 1)];

	while (s && !is_of(s, event))
		s = s->next;
	return s;
}

/* It is kept, for the next that begins. */
void
sessions_end(struct sessions *all, struct session *s)
{
	struct session **at = &all->buckets[s->hash & (all->bucket_count - 1)];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	*(s->older ? &s->older->newer : &all->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &all->newest) = s->older;
	all->count--;
	s->next = all->spare;
	all->spare = s;
}

static struct session *
take_spare(struct sessions *all)
{
	struct session *s = all->spare;

	if (!s)
		return mem_new(1, sizeof(*s));
	all->spare = s->next;
	s->seen_count = 0;
	s->memo = NULL;
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
sessions_begin(struct sessions *all, const struct log_event *event,
    uint64_t *dropped)
{
	struct session *s = sessions_find(all, event), **at;

	if (s)
		sessions_end(all, s);
	if (event->key_len > SESSION_KEY)
		return NULL;
	if (all->count >= all->most) {
		sessions_end(all, all->oldest);
		++*dropped;
	}
	if (all->count >= all->bucket_count)
		grow(all);
	s = take_spare(all);
	memcpy(s->key, event->key, event->key_len);
	s->key_len = event->key_len;
	s->hash = event->key_hash;
	at = &all->buckets[s->hash & (all->bucket_count - 1)];
	s->next = *at;
	*at = s;
	s->newer = NULL;
	s->older = all->newest;
	*(all->newest ? &all->newest->newer : &all->oldest) = s;
	all->newest = s;
	all->count++;
	return s;
}

bool
session_sees(struct session *s, uint64_t recipient)
{
	for (size_t i = 0; i < s->seen_count; i++)
		if (s->seen[i] == recipient)
			return false;
	if (s->seen_count == MOST_SEEN)
		return true;
	s->seen = mem_grow(s->seen, s->seen_count, &s->seen_cap,
	    sizeof(*s->seen));
	s->seen[s->seen_count++] = recipient;
	return true;
}
