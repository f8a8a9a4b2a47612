#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "place.h"
#include "policy/buf.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "store.h"

#define SYSTEM_FOLDER "/var/lib/relayadm"
#define FILE_NAME "policy.db"

/* Locks and shared memory of SQLite do not work across machines.  Numbers of
 * linux/magic.h and of statfs(2). */
static const struct {
	unsigned long magic;
	const char *name;
} network_systems[] = {
	{ 0x6969, "NFS" },
	{ 0x517b, "SMB" },
	{ 0xfe534d42, "SMB" },
	{ 0xff534d42, "CIFS" },
	{ 0x564c, "NCP" },
	{ 0x5346414f, "AFS" },
	{ 0x6b414653, "AFS" },
	{ 0x73757245, "Coda" },
	{ 0x00c36400, "Ceph" },
	{ 0x01021997, "9P" },
	{ 0x013111a8, "IBRIX" },
	{ 0x0bd00bd0, "Lustre" },
	{ 0, NULL },
};

static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_text(".");
	return slash == path ? mem_text("/")
	                     : mem_textn(path, (size_t)(slash - path));
}

static bool
check_system(const char *folder, const char *path, struct err *err)
{
	struct statfs fs;

	if (statfs(folder, &fs) != 0)
		return fail_as(err, ERR_STORE, "%s: %s", path,
		    strerror(errno));
	for (size_t i = 0; network_systems[i].name; i++)
		if (((unsigned long)fs.f_type & 0xffffffff) ==
		    network_systems[i].magic)
			return fail_as(err, ERR_STORE,
			    "%s: on a network file system (%s), where it "
			    "would be damaged; keep it on a local disk",
			    path, network_systems[i].name);
	return true;
}

static bool
check_kind(const char *real, bool *missing, struct err *err)
{
	struct stat st;

	*missing = false;
	if (lstat(real, &st) != 0) {
		*missing = errno == ENOENT;
		return *missing ||
		    fail_as(err, ERR_STORE, "%s: %s", real, strerror(errno));
	}
	if (S_ISLNK(st.st_mode))
		return fail_as(err, ERR_STORE,
		    "%s: a symbolic link; name the file itself", real);
	if (S_ISDIR(st.st_mode))
		return fail_as(err, ERR_STORE,
		    "%s: a folder; name a file in it", real);
	if (!S_ISREG(st.st_mode))
		return fail_as(err, ERR_STORE, "%s: not a regular file", real);
	if (st.st_mode & S_IWOTH)
		return fail_as(err, ERR_STORE,
		    "%s: everybody may write it (mode %04o); chmod o-w it "
		    "after a look at who did",
		    real, (unsigned)(st.st_mode & 07777));
	return true;
}

bool
place_resolve(char **real, const char *path, bool *missing, struct err *err)
{
	char folder[PATH_MAX];
	struct buf buf = { 0 };
	char *given = folder_of(path);
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	bool ok;

	if (!*name)
		ok = fail_as(err, ERR_STORE, "%s: a folder; name a file in it",
		    path);
	else if (!realpath(given, folder))
		ok = fail_as(err, ERR_STORE, "%s: %s: %s", path, given,
		    strerror(errno));
	else
		ok = check_system(folder, path, err);
	free(given);
	if (!ok)
		return false;
	buf_addf(&buf, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
	if (!check_kind(buf_text(&buf), missing, err)) {
		buf_free(&buf);
		return false;
	}
	*real = buf_take(&buf);
	return true;
}

mode_t
place_mode(const char *real)
{
	char *folder = folder_of(real);
	struct stat st;
	bool shared = stat(folder, &st) == 0 && (st.st_mode & S_ISGID) != 0;

	free(folder);
	return shared ? 0660 : 0600;
}

bool
place_sync_folder(const char *real, struct err *err)
{
	char *folder = folder_of(real);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		fail_as(err, ERR_STORE, "%s: %s", folder, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(folder);
	return ok;
}

bool
place_make(const char *path, mode_t mode, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0)
		return fail_as(err, ERR_STORE, "%s: cannot be created: %s",
		    path, strerror(errno));
	/* The mode is meant, whatever the umask. */
	if (fchmod(fd, mode) != 0 || close(fd) != 0)
		return fail_as(err, ERR_STORE, "%s: %s", path,
		    strerror(errno));
	return true;
}

void
place_remove(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm", NULL };

	for (size_t i = 0; ends[i]; i++) {
		struct buf name = { 0 };

		buf_addf(&name, "%s%s", path, ends[i]);
		unlink(buf_text(&name));
		buf_free(&name);
	}
}

bool
place_has_wal(const char *path)
{
	struct buf name = { 0 };
	struct stat st;
	bool has;

	buf_addf(&name, "%s-wal", path);
	has = stat(buf_text(&name), &st) == 0 && st.st_size > 0;
	buf_free(&name);
	return has;
}

/* $XDG_DATA_HOME/relayadm, made when it is missing; where it cannot be made
 * opening the file says why. */
static char *
user_path(void)
{
	const char *data = secure_getenv("XDG_DATA_HOME");
	const char *home = secure_getenv("HOME");
	struct buf buf = { 0 };
	static const char *const below[] = { "/.local", "/share", NULL };

	if (data && data[0] == '/') {
		buf_add(&buf, data);
		mkdir(buf_text(&buf), 0700);
	} else {
		buf_add(&buf, home && home[0] == '/' ? home : ".");
		for (size_t i = 0; below[i]; i++) {
			buf_add(&buf, below[i]);
			mkdir(buf_text(&buf), 0700);
		}
	}
	buf_add(&buf, "/relayadm");
	mkdir(buf_text(&buf), 0700);
	buf_add(&buf, "/" FILE_NAME);
	return buf_take(&buf);
}

char *
store_path(const char *option)
{
	const char *named = secure_getenv("RELAYADM_DB");

	if (option)
		return mem_text(option);
	if (named && *named)
		return mem_text(named);
	if (access(SYSTEM_FOLDER, W_OK | X_OK) == 0)
		return mem_text(SYSTEM_FOLDER "/" FILE_NAME);
	return user_path();
}

const char *
store_author(void)
{
	static char name[64];
	const char *sudo = getenv("SUDO_USER");
	struct passwd *pw;

	if (sudo && *sudo) {
		struct err err;

		if (name_check_user(sudo, strlen(sudo), &err))
			return sudo;
	}
	if (!name[0]) {
		pw = getpwuid(getuid());
		snprintf(name, sizeof(name), "%s",
		    pw && pw->pw_name[0] ? pw->pw_name : "unknown");
	}
	return name;
}

int64_t
store_now(void)
{
	const char *frozen = secure_getenv("RELAYADM_CLOCK");
	struct tm tm = { 0 };
	const char *end;

	if (frozen) {
		end = strptime(frozen, "%Y-%m-%dT%H:%M:%SZ", &tm);
		if (end && !*end)
			return (int64_t)timegm(&tm);
	}
	return (int64_t)time(NULL);
}
