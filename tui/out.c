#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "out.h"
#include "text_safe.h"

static bool failed;

static void
write_all(const char *data, size_t len)
{
	if (len && fwrite(data, 1, len, stdout) != len)
		failed = true;
}

static void
add_safe(struct buf *out, const char *text, size_t len)
{
	while (len) {
		size_t n = 0;

		while (n < len && text[n] != '\n' && text[n] != '\t')
			n++;
		text_safe_addn(out, text, n);
		if (n < len)
			buf_addc(out, text[n++]);
		text += n, len -= n;
	}
}

void
out_text(const struct buf *text)
{
	struct buf safe = { 0 };

	if (!isatty(STDOUT_FILENO)) {
		write_all(buf_text(text), text->len);
		return;
	}
	add_safe(&safe, buf_text(text), text->len);
	write_all(buf_text(&safe), safe.len);
	buf_free(&safe);
}

__attribute__((format(printf, 1, 0))) static char *
format_text(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		return NULL;
	return text;
}

void
out_line(const char *format, ...)
{
	struct buf line = { 0 };
	va_list args;
	char *text;

	va_start(args, format);
	text = format_text(format, args);
	va_end(args);
	buf_add(&line, text ? text : "");
	buf_addc(&line, '\n');
	out_text(&line);
	buf_free(&line);
	free(text);
}

bool
out_finish(struct err *err)
{
	if (fflush(stdout) != 0 || failed)
		return fail_as(err, ERR_NO, "standard output: %s",
		    strerror(errno));
	return true;
}

static void
write_note(const char *text)
{
	struct buf safe = { 0 };

	text_safe_add(&safe, text);
	fprintf(stderr, "relayadm: %s\n", buf_text(&safe));
	buf_free(&safe);
}

void
out_note(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = format_text(format, args);
	va_end(args);
	if (text)
		write_note(text);
	free(text);
}

void
out_error(const struct err *err, bool json)
{
	json_t *object;
	char *text;

	if (!json) {
		write_note(err->text);
		return;
	}
	object = json_pack("{s:{s:i,s:s}}", "error", "status", (int)err->kind,
	    "message", err->text);
	text = object ? json_dumps(object, JSON_ENSURE_ASCII) : NULL;
	if (text)
		fprintf(stderr, "%s\n", text);
	else
		write_note(err->text);
	free(text);
	json_decref(object);
}

static time_t shown_at;
static bool shown;

void
out_progress(const char *what, size_t done, size_t total)
{
	time_t now = time(NULL);

	if (!isatty(STDERR_FILENO) || now == shown_at || !total)
		return;
	shown_at = now;
	shown = true;
	fprintf(stderr, "\r%s: %zu %%", what, done * 100 / total);
	fflush(stderr);
}

void
out_progress_end(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}

void
add_time(struct buf *buf, long long seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[40] = "";

	if (gmtime_r(&t, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	buf_add(buf, text);
}

void
out_json(struct json_t *json)
{
	struct buf line = { 0 };
	char *text = json_dumps(json, JSON_ENSURE_ASCII | JSON_INDENT(2));

	if (text) {
		buf_add(&line, text);
		buf_addc(&line, '\n');
		out_text(&line);
	}
	buf_free(&line);
	free(text);
	json_decref(json);
}
