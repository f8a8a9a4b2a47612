#include "config.h"

#include <string.h>

#include "delta.h"
#include "push_short.h"

/* Smaller ones are sent as they are. */
#define WORTH 1024

static bool
add_delta(struct buf *forms, struct buf *bodies,
    const struct rendered_file *file, const struct rendered_file *before)
{
	const struct buf from = { before->data, before->len, before->len };
	const struct buf to = { file->data, file->len, file->len };
	struct buf delta = { 0 };
	bool pays = file->len >= WORTH && delta_make(&delta, &from, &to);

	if (pays) {
		buf_addf(forms, "lines %zu\n", delta.len);
		buf_addn(bodies, delta.data, delta.len);
	}
	buf_free(&delta);
	return pays;
}

void
short_add(struct buf *forms, struct buf *bodies,
    const struct rendering *rendering, const struct rendering *base)
{
	for (size_t i = 0; i < rendering->count; i++) {
		const struct rendered_file *file = &rendering->files[i];
		const struct rendered_file *before = rendering_find(base,
		    file->path);

		if (before && !strcmp(before->digest, file->digest)) {
			buf_add(forms, "same 0\n");
		} else if (!before ||
		    !add_delta(forms, bodies, file, before)) {
			buf_addf(forms, "whole %zu\n", file->len);
			buf_addn(bodies, file->data, file->len);
		}
	}
}
