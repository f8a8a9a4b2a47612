#include "config.h"

#include <unistd.h>

#include "tests/lab/plain.h"
#include "tests/remote/rendered.h"
#include "tests/policy/unit.h"

struct policy *policy;
struct site site;

void
forget(void)
{
	relay_free((struct compiled *)(uintptr_t)site.compiled);
	policy_free(policy);
	policy = NULL;
	site = (struct site){ 0 };
}

/* A policy in the lines of tests/lab/plain.h, whose gateway is "gw". */
void
set_policy(const char *lines)
{
	char path[] = "/tmp/relayadm-test-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	assert_non_null(file);
	fputs(lines, file);
	fclose(file);
	policy = plain_read(path);
	unlink(path);
	assert_non_null(policy);
	site.policy = policy;
	site.compiled = relay_compile(policy);
	site.gateway = policy_gateway(policy, "gw");
	assert_non_null(site.gateway);
}

void
check_render(struct rendering *rendering)
{
	struct err err = { 0 };

	if (!site_render(&site, rendering, &err))
		fail_msg("%s", err.text);
}

const char *
text_of(const struct rendering *rendering, const char *path)
{
	const struct rendered_file *file = rendering_find(rendering, path);

	return file ? file->data : "(none)";
}

bool
change_text(struct rendering *rendering, const char *path, const char *from,
    const char *to)
{
	for (size_t i = 0; i < rendering->count; i++) {
		struct rendered_file *file = &rendering->files[i];
		char *at = strstr(file->data, from);
		struct buf text = { 0 };

		if (strcmp(file->path, path) || !at)
			continue;
		buf_addn(&text, file->data, (size_t)(at - file->data));
		buf_add(&text, to);
		buf_add(&text, at + strlen(from));
		free(file->data);
		file->len = text.len;
		file->data = buf_take(&text);
		return true;
	}
	return false;
}

void
check_gaps(const struct gap_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *wanted = rows[i].wanted;
		struct rendering rendering;
		struct err err = { 0 };
		bool ok;

		set_policy(rows[i].lines);
		ok = site_render(&site, &rendering, &err);
		check_row(ok == !wanted, rows[i].row);
		check_row(ok || !strncmp(err.text, wanted, strlen(wanted)),
		    err.text);
		rendering_free(&rendering);
		forget();
	}
}

void
check_changes(const struct change_row *rows, size_t count)
{
	const struct dialect *dialect = dialect_find(site.gateway->mta);

	for (size_t i = 0; i < count; i++) {
		struct rendering rendering;
		struct err err = { 0 };

		check_render(&rendering);
		check_row(dialect->reread(&site, &rendering, &err), "as is");
		check_row(change_text(&rendering, rows[i].path, rows[i].from,
		    rows[i].to), rows[i].from);
		check_row(!dialect->reread(&site, &rendering, &err) &&
		    *err.text, rows[i].from);
		rendering_free(&rendering);
	}
}
