#include "config.h"

#include <string.h>
#include <strings.h>

#include "smtp_reply.h"

void
smtp_reading_begin(struct smtp_reading *r)
{
	memset(&r->reply, 0, sizeof(r->reply));
	r->len = 0;
	r->wrong = NULL;
}

static enum smtp_found
bad(struct smtp_reading *r, const char *why)
{
	r->wrong = why;
	return SMTP_BAD;
}

static void
keep_text(char to[SMTP_TEXT], const char *text, size_t len)
{
	size_t n = len < SMTP_TEXT - 1 ? len : SMTP_TEXT - 1;

	for (size_t i = 0; i < n; i++)
		to[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	to[n] = '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is the word one of those that blanks separate? */
static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (*words) {
		size_t n = strcspn(words, " =");

		if (n == len && !strncasecmp(words, word, n))
			return true;
		words += n;
		words += strspn(words, " =");
	}
	return false;
}

static void
note_extension(struct smtp_reply *reply, const char *text)
{
	if (!strcasecmp(text, "STARTTLS"))
		reply->starttls = true;
	else if (!strcasecmp(text, "PIPELINING"))
		reply->pipelining = true;
	else if (!strncasecmp(text, "AUTH", 4) &&
	    (text[4] == ' ' || text[4] == '=')) {
		reply->auth = true;
		reply->auth_plain |= has_word(text + 5, "PLAIN");
	}
}

/* What stands in brackets in the first line of an answer to EHLO. */
static void
note_seen(struct smtp_reply *reply)
{
	const char *open = strchr(reply->first, '[');
	size_t len = open ? strcspn(open + 1, "]") : 0;

	if (len && open[1 + len] && len < sizeof(reply->seen)) {
		memcpy(reply->seen, open + 1, len);
		reply->seen[len] = '\0';
	}
}

static enum smtp_found
take_line(struct smtp_reading *r)
{
	struct smtp_reply *reply = &r->reply;
	const char *line = r->line;
	size_t len = r->len;
	int code;

	if (len && line[len - 1] == '\r')
		len--;
	if (len < 3 || !is_digit(line[0]) || !is_digit(line[1]) ||
	    !is_digit(line[2]) ||
	    (len > 3 && line[3] != ' ' && line[3] != '-'))
		return bad(r, "its answer does not begin with a code");
	code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
	if (code < 200 || code > 599)
		return bad(r, "its answer has a code that there is not");
	if (reply->lines && code != reply->code)
		return bad(r, "the lines of its answer have several codes");
	if (reply->lines == SMTP_LINES_MAX)
		return bad(r, "its answer has more than 100 lines");
	reply->code = code;
	keep_text(reply->text, line + (len > 3 ? 4 : 3), len > 3 ? len - 4 : 0);
	if (!reply->lines++) {
		memcpy(reply->first, reply->text, sizeof(reply->first));
		note_seen(reply);
	} else {
		note_extension(reply, reply->text);
	}
	r->len = 0;
	return len > 3 && line[3] == '-' ? SMTP_MORE : SMTP_REPLY;
}

enum smtp_found
smtp_reading_feed(struct smtp_reading *r, const char *text, size_t len,
    size_t *used)
{
	for (size_t i = 0; i < len; i++) {
		enum smtp_found found = SMTP_MORE;

		if (text[i] == '\n')
			found = take_line(r);
		else if (r->len == SMTP_LINE_MAX)
			found = bad(r, "a line of its answer is too long");
		else
			r->line[r->len++] = text[i];
		if (found != SMTP_MORE) {
			*used = i + 1;
			return found;
		}
	}
	*used = len;
	return SMTP_MORE;
}
