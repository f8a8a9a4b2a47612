#include "config.h"

#include <time.h>

#include "maillog_line.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits where the form has 0, anything where it has ?, and its other
 * characters as they stand.  A number may begin with a blank.  The numbers come
 * out in order. */
static bool
read_form(const char *at, const char *form, int *numbers)
{
	bool inside = false;

	for (; *form; form++, at++) {
		if (*form != '0') {
			numbers += inside;
			inside = false;
			if (*form != '?' && *form != *at)
				return false;
			continue;
		}
		if (*at != ' ' || inside) {
			if (!is_digit(*at))
				return false;
			*numbers = *numbers * 10 + (*at - '0');
		}
		inside = true;
	}
	return true;
}

static int
month_of(const char *at)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (!memcmp(at, names + 3 * i, 3))
			return i;
	return -1;
}

/* "+01:00", "+0100", "Z" at the front; false when there is none. */
static bool
read_zone(struct piece *line, int *seconds)
{
	const char *at = line->at;
	size_t minutes = line->len > 3 && at[3] == ':' ? 4 : 3;

	*seconds = 0;
	if (piece_skip(line, "Z"))
		return true;
	if (line->len < minutes + 2 || (*at != '+' && *at != '-') ||
	    !is_digit(at[1]) || !is_digit(at[2]) || !is_digit(at[minutes]) ||
	    !is_digit(at[minutes + 1]))
		return false;
	*seconds = ((at[1] - '0') * 10 + at[2] - '0') * 3600 +
	    ((at[minutes] - '0') * 10 + at[minutes + 1] - '0') * 60;
	if (*at == '-')
		*seconds = -*seconds;
	line->at += minutes + 2;
	line->len -= minutes + 2;
	return true;
}

/* mktime(3) is slow.  text is up to the colon before the seconds. */
static int64_t
keep_date(struct log_date *date, struct piece text, struct tm *tm, bool utc)
{
	int64_t second = tm->tm_sec;

	tm->tm_sec = 0;
	tm->tm_isdst = -1;
	date->time = utc ? timegm(tm) : mktime(tm);
	date->zoned = utc;
	date->len = text.len <= sizeof(date->text) ? text.len : 0;
	memcpy(date->text, text.at, date->len);
	return date->time + second;
}

/* Is it of the same minute as the line before? */
static bool
same_minute(const struct log_date *date, const struct piece *line,
    int64_t *second)
{
	const char *at = line->at + date->len;

	if (!date->len || line->len < date->len + 3 ||
	    !bytes_same(date->text, line->at, date->len) || !is_digit(at[0]) ||
	    !is_digit(at[1]))
		return false;
	*second = (at[0] - '0') * 10 + at[1] - '0';
	return true;
}

static void
skip_fraction(struct piece *line)
{
	if (!line->len || *line->at != '.')
		return;
	do {
		line->at++;
		line->len--;
	} while (line->len && is_digit(*line->at));
}

#define ISO_DATE 19   /* 2026-11-24T15:00:00 */
#define ISO_MINUTE 17 /* 2026-11-24T15:00: */

static bool
read_iso(const char *at, struct tm *tm)
{
	int n[7] = { 0 };

	if (!read_form(at, "0000-00-00?00:00:00", n))
		return false;
	*tm = (struct tm){ .tm_year = n[0] - 1900, .tm_mon = n[1] - 1,
		.tm_mday = n[2], .tm_hour = n[3], .tm_min = n[4],
		.tm_sec = n[5] };
	return true;
}

/* 2026-11-24T15:00:00.123456+01:00, 2026-11-24 15:00:00.123 +0100.  What is
 * kept is of the text without its zone. */
static bool
iso_date(struct log_reader *r, struct piece *line)
{
	struct piece minute = { line->at, ISO_MINUTE };
	struct log_date *date = &r->iso;
	int64_t second = 0;
	bool same = same_minute(date, line, &second), zoned;
	struct tm tm;
	int zone;

	if (!same && (line->len < 20 || !read_iso(line->at, &tm)))
		return false;
	line->at += ISO_DATE;
	line->len -= ISO_DATE;
	skip_fraction(line);
	if (line->len > 5 && *line->at == ' ' &&
	    (line->at[1] == '+' || line->at[1] == '-'))
		piece_skip(line, " ");
	zoned = read_zone(line, &zone);
	if (same && zoned == date->zoned)
		r->time = date->time + second;
	else if (same && !read_iso(minute.at, &tm))
		return false;
	else
		r->time = keep_date(date, minute, &tm, zoned);
	r->time -= zone;
	return piece_skip(line, " ");
}

/* "Nov 24 15:00:00 "; the name of the month may be of another language, and of
 * three letters or more bytes. */
static bool
syslog_date(struct log_reader *r, struct piece *line)
{
	struct piece start = *line, rest = *line;
	struct piece month = piece_until(&rest, ' ');
	int n[5] = { 0 };
	struct tm tm = { 0 };

	if (month.len < 3 || month.len > 8 || rest.len < 12 ||
	    !read_form(rest.at, "00 00:00:00 ", n))
		return false;
	line->at = rest.at + 12;
	line->len = rest.len - 12;
	tm.tm_mon = month.len == 3 ? month_of(month.at) : -1;
	r->time = 0;
	if (tm.tm_mon < 0)
		return true;
	start.len = (size_t)(line->at - start.at) - 3;
	tm.tm_mday = n[0];
	tm.tm_hour = n[1];
	tm.tm_min = n[2];
	tm.tm_sec = n[3];
	tm.tm_year = r->today.tm_year;
	if (tm.tm_mon > r->today.tm_mon ||
	    (tm.tm_mon == r->today.tm_mon &&
	        tm.tm_mday > r->today.tm_mday + 1))
		tm.tm_year--;
	r->time = keep_date(&r->syslog, start, &tm, false);
	return true;
}

bool
reader_date(struct log_reader *r, struct piece *line)
{
	int64_t second;
	size_t len = r->syslog.len + 3; /* with the seconds and a blank */

	if (!line->len)
		return false;
	if (is_digit(*line->at))
		return iso_date(r, line);
	if (!same_minute(&r->syslog, line, &second) ||
	    line->at[len - 1] != ' ')
		return syslog_date(r, line);
	line->at += len;
	line->len -= len;
	r->time = r->syslog.time + second;
	return true;
}
