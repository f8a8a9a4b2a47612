#include "config.h"

#include <stdbool.h>
#include <time.h>

#include "clock_text.h"

static bool
split(int64_t seconds, struct tm *parts)
{
	time_t time = (time_t)seconds;

	return localtime_r(&time, parts) != NULL;
}

void
add_minute(struct buf *out, int64_t seconds)
{
	struct tm parts;
	char text[40] = "?";

	if (split(seconds, &parts))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &parts);
	buf_add(out, text);
}

void
add_second(struct buf *out, int64_t seconds)
{
	struct tm parts;
	char text[40] = "?";

	if (split(seconds, &parts))
		strftime(text, sizeof(text), "%H:%M:%S", &parts);
	buf_add(out, text);
}
