#include "config.h"

#include <string.h>

#include "sample.h"

/* Ends with a line, unless it ends with the text. */
void
sample_open(struct sample *sample, const struct source *source)
{
	size_t len = source->len;

	if (len > SOURCE_SNIFFED)
		len = SOURCE_SNIFFED;
	sample->end = memchr(source->text, '\n', len) ? '\n' : '\r';
	while (len < source->len && len && source->text[len - 1] != sample->end)
		len--;
	sample->left = span_of(source->text, len);
}

bool
sample_line(struct sample *sample, const char *marks, struct span *line,
    bool *indented)
{
	while (sample->left.len) {
		size_t n = span_find(sample->left, sample->end);

		*line = span_of(sample->left.text, n);
		sample->left = span_from(sample->left,
		    n + (n < sample->left.len));
		*indented = n && span_is_blank(line->text[0]);
		*line = span_trim(*line);
		if (line->len && !memchr(marks, line->text[0], strlen(marks)))
			return true;
	}
	return false;
}

struct share
sample_share(const struct source *source, const char *marks,
    bool (*fits)(struct span line))
{
	struct share share = { 0, 0 };
	struct sample sample;
	struct span line;
	bool indented;

	sample_open(&sample, source);
	while (sample_line(&sample, marks, &line, &indented)) {
		share.lines++;
		share.fit += fits(line);
	}
	return share;
}
