#include "config.h"

#include <time.h>

#include "maillog_line.h"

#define DAY 86400

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

/* mktime(3) is slow, and lines come many to a second. */
static int64_t
keep_time(struct maillog *log, struct piece text, struct tm *tm, bool utc)
{
	int64_t time;

	tm->tm_isdst = -1;
	time = utc ? timegm(tm) : mktime(tm);
	log->date_len = text.len < sizeof(log->date) ? text.len : 0;
	memcpy(log->date, text.at, log->date_len);
	log->date_time = time;
	return time;
}

/* Does it begin with the same date as the line before? */
static bool
same_date(const struct maillog *log, const struct piece *line)
{
	return log->date_len && line->len > log->date_len &&
	    !memcmp(log->date, line->at, log->date_len);
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

#define ISO_DATE 19 /* 2026-11-24T15:00:00 */

static bool
read_iso(struct piece line, struct tm *tm)
{
	int n[7] = { 0 };

	if (!read_form(line.at, "0000-00-00?00:00:00", n))
		return false;
	*tm = (struct tm){ .tm_year = n[0] - 1900, .tm_mon = n[1] - 1,
		.tm_mday = n[2], .tm_hour = n[3], .tm_min = n[4],
		.tm_sec = n[5] };
	return true;
}

/* 2026-11-24T15:00:00.123456+01:00, 2026-11-24 15:00:00.123 +0100.  What is
 * kept is of the text without its zone. */
static bool
iso_date(struct maillog *log, struct piece *line)
{
	struct piece start = { line->at, ISO_DATE };
	bool same = log->date_len == ISO_DATE && same_date(log, line), zoned;
	struct tm tm;
	int zone;

	if (!same && (line->len < 20 || !read_iso(*line, &tm)))
		return false;
	line->at += ISO_DATE;
	line->len -= ISO_DATE;
	skip_fraction(line);
	if (line->len > 5 && *line->at == ' ' &&
	    (line->at[1] == '+' || line->at[1] == '-'))
		piece_skip(line, " ");
	zoned = read_zone(line, &zone);
	if (!same || zoned != log->date_zoned) {
		if (same && !read_iso(start, &tm))
			return false;
		keep_time(log, start, &tm, zoned);
		log->date_zoned = zoned;
	}
	log->time = log->date_time - (zoned ? zone : 0);
	return piece_skip(line, " ");
}

/* "Nov 24 15:00:00 "; the name of the month may be of another language, and of
 * three letters or more bytes. */
static bool
syslog_date(struct maillog *log, struct piece *line)
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
	log->time = 0;
	if (tm.tm_mon < 0)
		return true;
	start.len = (size_t)(line->at - start.at);
	tm.tm_mday = n[0];
	tm.tm_hour = n[1];
	tm.tm_min = n[2];
	tm.tm_sec = n[3];
	tm.tm_year = log->today.tm_year;
	if (tm.tm_mon > log->today.tm_mon ||
	    (tm.tm_mon == log->today.tm_mon &&
	        tm.tm_mday > log->today.tm_mday + 1))
		tm.tm_year--;
	log->time = keep_time(log, start, &tm, false);
	return true;
}

bool
maillog_date(struct maillog *log, struct piece *line)
{
	if (!line->len)
		return false;
	if (is_digit(*line->at))
		return iso_date(log, line);
	if (!same_date(log, line))
		return syslog_date(log, line);
	line->at += log->date_len;
	line->len -= log->date_len;
	log->time = log->date_time;
	return true;
}
