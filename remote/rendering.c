#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "dialect.h"
#include "digest.h"

static const struct dialect *const dialects[] = {
	[MTA_POSTFIX] = &dialect_postfix,
	[MTA_EXIM] = &dialect_exim,
	[MTA_OPENSMTPD] = &dialect_smtpd,
};

const struct dialect *
dialect_find(int mta)
{
	return dialects[mta];
}

/* --- renderings -------------------------------------------------------- */

void
rendering_free(struct rendering *rendering)
{
	for (size_t i = 0; i < rendering->count; i++) {
		free(rendering->files[i].path);
		free(rendering->files[i].data);
	}
	free(rendering->files);
	memset(rendering, 0, sizeof(*rendering));
}

const struct rendered_file *
rendering_find(const struct rendering *rendering, const char *path)
{
	for (size_t i = 0; i < rendering->count; i++)
		if (!strcmp(rendering->files[i].path, path))
			return &rendering->files[i];
	return NULL;
}

void
rendering_add_manifest(struct buf *buf, const struct rendering *rendering)
{
	for (size_t i = 0; i < rendering->count; i++) {
		const struct rendered_file *file = &rendering->files[i];

		buf_addf(buf, "%s %zu %s\n", file->digest, file->len,
		    file->path);
	}
}

void
rendering_add(struct rendering *rendering, const char *path, struct buf *text)
{
	struct rendered_file *file;

	rendering->files = mem_grow(rendering->files, rendering->count,
	    &rendering->cap, sizeof(*rendering->files));
	file = &rendering->files[rendering->count++];
	file->path = mem_text(path);
	file->len = text->len;
	file->data = buf_take(text);
	digest_hex(file->digest, file->data, file->len);
}

static int
compare_paths(const void *a, const void *b)
{
	const struct rendered_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void
rendering_settle(struct rendering *rendering)
{
	struct buf manifest = { 0 };

	if (rendering->count)
		qsort(rendering->files, rendering->count,
		    sizeof(*rendering->files), compare_paths);
	rendering_add_manifest(&manifest, rendering);
	digest_hex(rendering->digest, buf_text(&manifest), manifest.len);
	buf_free(&manifest);
}

/* --- gaps -------------------------------------------------------------- */

void
gaps_free(struct gaps *gaps)
{
	for (size_t i = 0; i < gaps->count; i++) {
		free(gaps->items[i].object);
		free(gaps->items[i].sentence);
		free(gaps->items[i].advice);
	}
	free(gaps->items);
	memset(gaps, 0, sizeof(*gaps));
}

void
gaps_add(struct gaps *gaps, const char *kind, const char *name,
    struct buf *sentence, struct buf *advice)
{
	struct buf object = { 0 };
	struct gap *gap;

	gaps->items = mem_grow(gaps->items, gaps->count, &gaps->cap,
	    sizeof(*gaps->items));
	gap = &gaps->items[gaps->count++];
	buf_addf(&object, "%s:%s", kind, name);
	gap->object = buf_take(&object);
	gap->sentence = buf_take(sentence);
	gap->advice = buf_take(advice);
}

void
site_find_gaps(const struct site *site, struct gaps *gaps)
{
	dialect_find(site->gateway->mta)->find_gaps(site, gaps);
}

bool
site_render(const struct site *site, struct rendering *rendering,
    struct err *err)
{
	const struct dialect *dialect = dialect_find(site->gateway->mta);
	struct gaps gaps = { 0 };
	bool ok = true;

	memset(rendering, 0, sizeof(*rendering));
	site_find_gaps(site, &gaps);
	if (gaps.count)
		ok = fail_as(err, ERR_NO, "%s: %s; %s", gaps.items[0].object,
		    gaps.items[0].sentence, gaps.items[0].advice);
	gaps_free(&gaps);
	if (!ok)
		return false;
	dialect->render(site, rendering);
	rendering_settle(rendering);
	if (dialect->reread(site, rendering, err))
		return true;
	rendering_free(rendering);
	return fail_in(err, "gateway %s: what was rendered does not say what "
	    "the policy says, so nothing was sent", site->gateway->name);
}
