/* What the first lines of a text look like, to guess its format by. */
#ifndef STORE_SAMPLE_H
#define STORE_SAMPLE_H

#include "format.h"
#include "span.h"

struct sample {
	struct span left;
	char end; /* what ends a line */
};

void sample_open(struct sample *sample, const struct source *source);
/* The next whole line, its blanks cut off, that is not empty and does not
 * begin with a character of marks; *indented: it began with a blank.  False
 * at the end of the sample. */
bool sample_line(struct sample *sample, const char *marks, struct span *line,
    bool *indented);

/* How many lines there are, and of how many fits() says yes. */
struct share {
	size_t lines, fit;
};

struct share sample_share(const struct source *source, const char *marks,
    bool (*fits)(struct span line));

#endif
