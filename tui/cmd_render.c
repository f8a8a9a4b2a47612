#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "command.h"
#include "fleet.h"
#include "out.h"

static void
print_files(const struct session *session, const struct rendering *r)
{
	json_t *all = json_array();

	for (size_t i = 0; i < r->count; i++) {
		const struct rendered_file *f = &r->files[i];
		struct buf text = { 0 };

		if (session->json) {
			json_array_append_new(all,
			    json_pack("{s:s,s:s,s:s%}", "path", f->path,
			        "sha256", f->digest, "text", f->data, f->len));
			continue;
		}
		buf_addf(&text, "==> %s\n", f->path);
		buf_addn(&text, f->data, f->len);
		out_text(&text);
		buf_free(&text);
	}
	if (session->json)
		out_json(json_pack("{s:s,s:O}", "digest", r->digest, "files",
		    all));
	json_decref(all);
}

static bool
failed_at(const char *path, struct err *err)
{
	return fail(err, "%s: %s", path, strerror(errno));
}

static bool
write_file(int dir, const struct rendered_file *f, struct err *err)
{
	size_t done = 0;
	int fd;

	for (char *slash = strchr(f->path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		int rc;

		*slash = '\0';
		rc = mkdirat(dir, f->path, 0755);
		*slash = '/';
		if (rc != 0 && errno != EEXIST)
			return failed_at(f->path, err);
	}
	fd = openat(dir, f->path,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return failed_at(f->path, err);
	while (done < f->len) {
		ssize_t n = write(fd, f->data + done, f->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			failed_at(f->path, err);
			close(fd);
			return false;
		}
		done += (size_t)n;
	}
	return close(fd) == 0 || failed_at(f->path, err);
}

/* Into a folder that is new or empty, so nothing is ever overwritten. */
static bool
write_files(const char *path, const struct rendering *r, struct err *err)
{
	int dir;
	bool ok = true;

	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return failed_at(path, err);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return failed_at(path, err);
	for (size_t i = 0; ok && i < r->count; i++)
		ok = write_file(dir, &r->files[i], err);
	close(dir);
	if (ok)
		out_line("%zu files in %s", r->count, path);
	return ok;
}

static bool
render(struct session *session, const char *name, int64_t rev,
    const char *out, struct err *err)
{
	struct rendering rendering = { 0 };
	struct policy *policy = NULL;
	struct compiled *compiled = NULL;
	struct site site;
	bool ok = session_judged(session, rev, &policy, err);

	if (ok) {
		compiled = relay_compile(policy);
		site = (struct site){ policy, compiled,
			policy_gateway(policy, name) };
		ok = site.gateway ? site_render(&site, &rendering, err)
		                  : fail(err, "there is no gateway %s", name);
	}
	if (ok && out)
		ok = write_files(out, &rendering, err);
	else if (ok)
		print_files(session, &rendering);
	rendering_free(&rendering);
	relay_free(compiled);
	policy_free(policy);
	return ok;
}

COMMAND(render)
{
	static const struct option options[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "rev", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const char *out = NULL;
	int64_t rev = 0;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' || (c == 'r' && !option_number(optarg, &rev, err)))
			return false;
		if (c == 'o')
			out = optarg;
	}
	if (optind + 1 != argc)
		return usage_error(err, "render", "one GATEWAY is needed");
	return render(session, argv[optind], rev, out, err);
}
