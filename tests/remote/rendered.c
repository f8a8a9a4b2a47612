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
