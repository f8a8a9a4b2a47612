/* Days of the Gregorian calendar, without time zones. */
#include "config.h"

#include <stdio.h>

#include "note.h"

#define SECONDS 86400

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static int
year_days(int year)
{
	return is_leap(year) ? 366 : 365;
}

static bool
read_digits(int *number, const char *text, int count)
{
	*number = 0;
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = *number * 10 + (text[i] - '0');
	}
	return true;
}

bool
day_parse(int32_t *day, const char *text, size_t len, struct err *err)
{
	int year, month, mday;
	int32_t days = 0;

	if (len != 10 || text[4] != '-' || text[7] != '-' ||
	    !read_digits(&year, text, 4) || !read_digits(&month, text + 5, 2) ||
	    !read_digits(&mday, text + 8, 2))
		return fail(err, "'%.*s' is no day; write it like 2026-12-31",
		    (int)(len > 40 ? 40 : len), text);
	if (year < 1971 || month < 1 || month > 12 || mday < 1 ||
	    mday > days_of_month(year, month))
		return fail(err, "there is no day %.10s from 1971 on", text);
	for (int y = 1970; y < year; y++)
		days += year_days(y);
	for (int m = 1; m < month; m++)
		days += days_of_month(year, m);
	*day = days + mday - 1;
	return true;
}

void
day_add(struct buf *buf, int32_t day)
{
	int year = 1970, month = 1;

	while (day >= year_days(year))
		day -= year_days(year++);
	while (day >= days_of_month(year, month))
		day -= days_of_month(year, month++);
	buf_addf(buf, "%04d-%02d-%02d", year, month, (int)day + 1);
}

int32_t
day_of(int64_t seconds)
{
	return (int32_t)(seconds / SECONDS);
}
