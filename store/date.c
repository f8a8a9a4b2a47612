#include "config.h"

#include <stdio.h>
#include <string.h>

#include "date.h"

struct day {
	unsigned year, month, day;
};

/* The parts of a date: numbers, and a month's name as its number. */
struct parts {
	unsigned values[3];
	size_t digits[3]; /* 0: a name */
	char between[2];  /* what stands behind the first and the second */
	size_t count;
};

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun",
	"jul", "aug", "sep", "oct", "nov", "dec", };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static unsigned
find_month(struct span name)
{
	static const char *const full[] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december", };

	for (unsigned i = 0; i < 12; i++)
		if (span_is(name, months[i]) || span_is(name, full[i]))
			return i + 1;
	return span_is(name, "sept") ? 9 : 0;
}

static size_t
read_part(struct span s, struct parts *p)
{
	size_t n = 0;
	unsigned value = 0;

	if (p->count == 3)
		return 0;
	for (; n < s.len && n < 9 && is_digit(s.text[n]); n++)
		value = value * 10 + (unsigned)(s.text[n] - '0');
	p->digits[p->count] = n;
	if (!n) {
		while (n < s.len && is_letter(s.text[n]))
			n++;
		value = find_month(span_of(s.text, n));
		if (!value)
			return 0;
	}
	p->values[p->count++] = value;
	return n;
}

/* Cuts a time of day off: "2026-12-31T00:00:00Z", "31.12.2026 00:00". */
static struct span
cut_time(struct span s)
{
	size_t colon = span_find(s, ':'), at;

	if (colon == s.len)
		return s;
	for (at = colon; at && is_digit(s.text[at - 1]); at--)
		;
	if (at && (s.text[at - 1] == 'T' || s.text[at - 1] == ' '))
		return span_trim(span_of(s.text, at - 1));
	return s;
}

static bool
read_parts(struct span s, struct parts *p)
{
	*p = (struct parts){ .count = 0 };
	for (size_t n; s.len; s = span_from(s, n)) {
		n = read_part(s, p);
		if (!n)
			return false;
		s = span_from(s, n);
		if (!s.len)
			break;
		if (p->count < 3)
			p->between[p->count - 1] = s.text[0];
		for (n = 0; n < s.len && memchr(" ,./-", s.text[n], 5); n++)
			;
		if (!n)
			return false;
	}
	return p->count == 3;
}

static bool
exists(const struct day *d)
{
	static const unsigned days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31, };
	bool leap = d->year % 4 == 0 && (d->year % 100 || d->year % 400 == 0);

	return d->year >= 1970 && d->year <= 9999 && d->month >= 1 &&
	    d->month <= 12 && d->day >= 1 && d->day <= days[d->month - 1] &&
	    (d->month != 2 || d->day < 29 || leap);
}

/* Which part is what; false with the reason when it cannot be known. */
static bool
assign(const struct parts *p, struct day *d, struct span text, struct err *err)
{
	const unsigned *v = p->values;

	if (p->digits[0] == 4) {
		*d = (struct day){ v[0], v[1], v[2] };
		return true;
	}
	if (p->digits[2] != 4)
		return fail(err, "'%.*s': write the year with four digits, as "
		    "in 2026-12-31", SPAN_SHOWN(text));
	d->year = v[2];
	if (!p->digits[0] || !p->digits[1]) {
		d->month = p->digits[0] ? v[1] : v[0];
		d->day = p->digits[0] ? v[0] : v[1];
		return true;
	}
	/* Only with dots the day always comes first. */
	d->day = v[0];
	d->month = v[1];
	if (p->between[0] == '.' || v[0] == v[1] || v[0] > 12)
		return true;
	d->day = v[1];
	d->month = v[0];
	if (v[1] > 12)
		return true;
	return fail(err, "'%.*s' is the %u of month %u or the other way "
	    "round; write it as in 2026-12-31", SPAN_SHOWN(text), v[0], v[1]);
}

static bool
read_compact(struct span s, struct day *d)
{
	unsigned value = 0;

	if (s.len != 8 || !span_only(s, "0123456789"))
		return false;
	for (size_t i = 0; i < 8; i++)
		value = value * 10 + (unsigned)(s.text[i] - '0');
	*d = (struct day){ value / 10000, value / 100 % 100, value % 100 };
	return true;
}

bool
date_parse(char date[DATE_SIZE], struct span text, struct err *err)
{
	struct span s = cut_time(span_trim(text));
	struct parts parts;
	struct day day = { 0, 0, 0 };

	if (!read_compact(s, &day)) {
		if (!read_parts(s, &parts))
			return fail(err, "'%.*s' is not a date such as "
			    "2026-12-31", SPAN_SHOWN(text));
		if (!assign(&parts, &day, text, err))
			return false;
	}
	if (!exists(&day))
		return fail(err, "'%.*s' is a day that does not exist",
		    SPAN_SHOWN(text));
	snprintf(date, DATE_SIZE, "%04u-%02u-%02u", day.year % 10000,
	    day.month % 100, day.day % 100);
	return true;
}
