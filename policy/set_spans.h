/* The operations on the spans of one family, for set.c only, which includes
 * this twice: with SPAN the type of a span, KEY of an address, and OF(name)
 * naming the functions.  IPv4 takes a quarter of the memory of IPv6, and most
 * of the time goes into memory. */

/* Spans while a set is made; they come in order. */
struct OF(spans) {
	SPAN *items;
	size_t count, cap;
};

/* Room for that many at once; trim() gives back what was not needed. */
static struct OF(spans)
OF(new)(size_t most)
{
	struct OF(spans) s = { .cap = most };

	if (most)
		s.items = mem_resize(NULL, most, sizeof(*s.items));
	return s;
}

static void
OF(trim)(struct OF(spans) *s)
{
	if (!s->count) {
		free(s->items);
		s->items = NULL;
	} else if (s->count < s->cap / 2) {
		s->items = mem_resize(s->items, s->count, sizeof(*s->items));
	}
	s->cap = s->count;
}

static inline void
OF(add)(struct OF(spans) *s, KEY first, KEY last)
{
	SPAN *end = s->count ? &s->items[s->count - 1] : NULL;

	/* Overlaps or touches the span before? */
	if (end && (end->last >= first || end->last + 1 == first)) {
		if (end->last < last)
			end->last = last;
		return;
	}
	s->items[s->count++] = (SPAN){ first, last };
}

static struct OF(spans)
OF(union)(const SPAN *a, size_t na, const SPAN *b, size_t nb)
{
	struct OF(spans) out = OF(new)(na + nb);

	while (na || nb) {
		if (!nb || (na && a->first <= b->first)) {
			OF(add)(&out, a->first, a->last);
			a++, na--;
		} else {
			OF(add)(&out, b->first, b->last);
			b++, nb--;
		}
	}
	return out;
}

static struct OF(spans)
OF(intersect)(const SPAN *a, size_t na, const SPAN *b, size_t nb)
{
	struct OF(spans) out = OF(new)(na + nb);

	while (na && nb) {
		KEY first = a->first > b->first ? a->first : b->first;
		KEY last = a->last < b->last ? a->last : b->last;

		if (first <= last)
			OF(add)(&out, first, last);
		if (a->last < b->last)
			a++, na--;
		else
			b++, nb--;
	}
	return out;
}

static struct OF(spans)
OF(subtract)(const SPAN *a, size_t na, const SPAN *b, size_t nb)
{
	struct OF(spans) out = OF(new)(na + nb);

	for (; na; a++, na--) {
		KEY at = a->first;
		bool left = true;

		while (nb && b->last < a->first)
			b++, nb--;
		for (size_t i = 0; left && i < nb && b[i].first <= a->last;
		     i++) {
			if (b[i].first > at)
				OF(add)(&out, at, b[i].first - 1);
			left = b[i].last < a->last;
			at = b[i].last + 1;
		}
		if (left)
			OF(add)(&out, at, a->last);
	}
	return out;
}

static bool
OF(equal)(const SPAN *a, const SPAN *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i].first != b[i].first || a[i].last != b[i].last)
			return false;
	return true;
}

/* The place of the first span that ends at or behind the address. */
static size_t
OF(from)(const SPAN *spans, size_t count, KEY addr)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (spans[mid].last < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
