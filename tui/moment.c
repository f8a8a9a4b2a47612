#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "moment.h"
#include "policy/note.h"
#include "store/past.h"

#define DAY 86400

/* The last second that is meant. */
static bool
read_time(const char *text, int64_t *seconds, struct err *err)
{
	struct tm tm = { 0 };
	const char *clock = strchr(text, 'T'), *end;
	size_t len = clock ? (size_t)(clock - text) : strlen(text);
	int32_t day;

	if (!day_parse(&day, text, len, err))
		return fail_as(err, ERR_USAGE, "'%.40s' is no revision, nor "
		    "a day as 2026-03-14 or a time as 2026-03-14T09:30", text);
	*seconds = (int64_t)day * DAY + DAY - 1;
	if (!clock)
		return true;
	end = strptime(clock, "T%H:%M", &tm);
	if (!end || *end)
		return fail_as(err, ERR_USAGE, "'%.40s': a time of day is "
		    "written T09:30", text);
	*seconds = (int64_t)day * DAY + tm.tm_hour * 3600 + tm.tm_min * 60 +
	    59;
	return true;
}

bool
moment_revision(struct store *store, const char *text, int64_t *number,
    struct err *err)
{
	int64_t seconds = 0;
	char *end;

	*number = strtoll(text, &end, 10);
	if (end > text && !*end) {
		return (*number > 0 && *text != '+') || fail_as(err, ERR_USAGE,
		    "revisions are numbered from 1");
	}
	if (!read_time(text, &seconds, err) ||
	    !store_revision_at(store, seconds, number, err))
		return false;
	return *number > 0 ||
	    fail(err, "nothing was committed by %s", text);
}
