#include "config.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "doctor.h"
#include "policy/expire.h"
#include "policy/finding.h"
#include "seen.h"
#include "site_check.h"
#include "store/backup.h"
#include "store/health.h"
#include "store/here.h"
#include "store/place.h"

#define SPACE_FAULT (8u << 20)
#define SPACE_WARNING (100u << 20)

/* By which rule of store_path(). */
static const char *
named_by(const struct doctor *d)
{
	const char *variable = getenv("RELAYADM_DB");

	if (d->session->database)
		return "--database";
	return variable && *variable ? "$RELAYADM_DB" : "the usual place";
}

void
doctor_database(struct doctor *d)
{
	char *real = NULL;
	bool missing;
	struct err err;

	if (!place_resolve(&real, d->path, &missing, &err)) {
		doctor_fault(d, NULL, &err);
		return;
	}
	free(real);
	d->there = !missing;
	seen_place(d->path);
	if (d->there) {
		doctor_find(d, VERDICT_OK, NULL, "%s, by %s, on a local disk",
		    d->path, named_by(d));
		return;
	}
	doctor_find(d, VERDICT_WARNING, NULL, "%s, by %s: there is none yet",
	    d->path, named_by(d));
	doctor_fix(d, "the first command that edits makes it, or the console; "
	    "if there is one elsewhere, name it by --database or RELAYADM_DB");
}

static void
judge_mode(struct doctor *d, const struct stat *st, const char *owner)
{
	unsigned mode = st->st_mode & 07777;
	unsigned wanted = place_mode(d->path);

	if (mode & ~wanted & 077) {
		doctor_find(d, VERDICT_WARNING, NULL, "mode %04o, owner %s: "
		    "others than those who should can read or write it", mode,
		    owner);
		doctor_fix(d, "chmod %04o %s", wanted, d->path);
	} else if (access(d->path, R_OK) != 0) {
		doctor_find(d, VERDICT_FAULT, NULL, "mode %04o, owner %s: you "
		    "may not read it", mode, owner);
		doctor_fix(d, "work as %s, or be let in by a group "
		    "(relayadm(1), FILES)", owner);
	} else if (access(d->path, W_OK) != 0) {
		doctor_find(d, VERDICT_WARNING, NULL, "mode %04o, owner %s: "
		    "you may only read it", mode, owner);
		doctor_fix(d, "work as %s, or be let in by a group", owner);
	} else {
		doctor_find(d, VERDICT_OK, NULL, "mode %04o, owner %s", mode,
		    owner);
	}
}

void
doctor_mode(struct doctor *d)
{
	char number[24];
	struct passwd *pw;
	struct stat st;

	if (!d->there || stat(d->path, &st) != 0)
		return;
	snprintf(number, sizeof(number), "%lu", (unsigned long)st.st_uid);
	pw = getpwuid(st.st_uid);
	judge_mode(d, &st, pw ? pw->pw_name : number);
}

static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf folder = { 0 };

	if (!slash)
		buf_addc(&folder, '.');
	else
		buf_addn(&folder, path, slash == path ? 1
		                                      : (size_t)(slash - path));
	return buf_take(&folder);
}

void
doctor_space(struct doctor *d)
{
	char *folder = folder_of(d->path);
	struct statvfs fs;
	unsigned long long left;
	bool known = statvfs(folder, &fs) == 0;
	enum verdict verdict;

	free(folder);
	if (!known)
		return;
	left = (unsigned long long)fs.f_bavail * fs.f_frsize;
	verdict = left < SPACE_FAULT ? VERDICT_FAULT
	    : left < SPACE_WARNING   ? VERDICT_WARNING
	                             : VERDICT_OK;
	doctor_find(d, verdict, NULL, "%llu MB left beside it", left >> 20);
	if (verdict != VERDICT_OK)
		doctor_fix(d, "make room: an edit that finds none is not "
		    "stored");
}

/* One that cannot be opened is told of by its integrity. */
static bool
read_health(struct doctor *d, struct health *health)
{
	struct err err;

	return d->there && store_health(d->path, health, &err);
}

void
doctor_journal(struct doctor *d)
{
	struct health health;

	if (!read_health(d, &health))
		return;
	if (!strcmp(health.journal, "wal")) {
		doctor_find(d, VERDICT_OK, NULL, "write-ahead log: what was "
		    "stored survives a power failure, and who reads waits for "
		    "nobody");
		return;
	}
	doctor_find(d, VERDICT_WARNING, NULL, "%s, not wal: another program "
	    "has changed that", health.journal);
	doctor_fix(d, "run a command that edits, or open the console, which "
	    "sets it back");
}

void
doctor_schema(struct doctor *d)
{
	struct health h;

	if (!read_health(d, &h))
		return;
	if (h.schema == h.newest) {
		doctor_find(d, VERDICT_OK, NULL, "version %lld, the newest",
		    (long long)h.schema);
	} else if (h.schema < h.newest) {
		doctor_find(d, VERDICT_WARNING, NULL, "version %lld; this "
		    "program writes %lld", (long long)h.schema,
		    (long long)h.newest);
		doctor_fix(d, "any command that edits, or the console, brings "
		    "it up to date; copy the file before");
	} else {
		doctor_find(d, VERDICT_FAULT, NULL, "version %lld, of a newer "
		    "relayadm; this program knows %lld", (long long)h.schema,
		    (long long)h.newest);
		doctor_fix(d, "upgrade relayadm here");
	}
}

void
doctor_integrity(struct doctor *d)
{
	struct health health;
	struct err err;
	int64_t head;

	if (!d->there ||
	    (read_health(d, &health) && health.schema != health.newest))
		return;
	d->sound = store_open(&d->session->store, d->path, STORE_READ, &err);
	if (d->sound && !store_draft(d->session->store, &d->draft, &head, &err))
		d->draft = NULL; /* the history tells why */
	if (d->sound)
		doctor_find(d, VERDICT_OK, NULL, "every page and index is "
		    "whole");
	else
		doctor_fault(d, NULL, &err);
}

void
doctor_history(struct doctor *d)
{
	struct verified v;
	struct err err;

	if (!d->sound)
		return;
	if (!store_verify(d->session->store, &v, &err)) {
		doctor_fault(d, NULL, &err);
		if (!d->fix.len)
			doctor_fix(d, "relayadm restore a copy, after a look "
			    "at who changed it");
		return;
	}
	doctor_find(d, VERDICT_OK, NULL, "%lld revision%s as committed, chain "
	    "%.16s..., %zu object%s in the draft", (long long)v.revisions,
	    v.revisions == 1 ? "" : "s", v.chain, v.objects,
	    v.objects == 1 ? "" : "s");
}

void
doctor_consoles(struct doctor *d)
{
	static struct here others[HERE_MOST];
	size_t i, count;

	if (!d->sound)
		return;
	count = store_here_others(d->session->store, others);
	if (!count)
		doctor_find(d, VERDICT_OK, NULL, "nobody else has it open");
	for (i = 0; i < count; i++)
		doctor_find(d, VERDICT_OK, NULL, "%s has it open%s%s",
		    others[i].author, *others[i].what ? ", at " : "",
		    others[i].what);
}

void
doctor_logs(struct doctor *d)
{
	struct seen seen;
	struct err err;

	if (!d->there)
		return;
	if (!seen_look(&seen, &err)) {
		doctor_find(d, VERDICT_FAULT, NULL, "%s", err.text);
		doctor_fix(d, "remove that file, then relayadm replay reads "
		    "the logs anew; without it nobody is told who loses and "
		    "sent mail");
		return;
	}
	if (seen.count)
		doctor_find(d, VERDICT_OK, NULL, "%zu clients are known to "
		    "have sent mail", seen.count);
	else
		doctor_find(d, VERDICT_OK, NULL, "none were read yet "
		    "(relayadm replay)");
	seen_free(&seen);
}

void
doctor_policy(struct doctor *d)
{
	size_t counts[LEVEL_INFO + 1] = { 0 }, i;
	struct compiled *compiled;
	struct findings findings;
	struct policy *judged;

	if (!d->draft)
		return;
	judged = policy_copy(d->draft);
	policy_drop_expired(judged, store_now(), NULL);
	compiled = relay_compile(judged);
	site_check(judged, compiled, &findings);
	for (i = 0; i < findings.count; i++)
		counts[findings.items[i].level]++;
	for (i = 0; i < findings.count; i++)
		if (findings.items[i].level == LEVEL_ERROR)
			break;
	doctor_find(d, counts[LEVEL_ERROR] ? VERDICT_FAULT
	        : counts[LEVEL_WARNING]    ? VERDICT_WARNING
	                                   : VERDICT_OK,
	    NULL, "the draft has %zu error%s, %zu warning%s%s%s",
	    counts[LEVEL_ERROR], counts[LEVEL_ERROR] == 1 ? "" : "s",
	    counts[LEVEL_WARNING], counts[LEVEL_WARNING] == 1 ? "" : "s",
	    counts[LEVEL_ERROR] ? ", first: " : "",
	    i < findings.count ? findings.items[i].code : "");
	if (counts[LEVEL_ERROR] || counts[LEVEL_WARNING])
		doctor_fix(d, "relayadm check shows each, and what to do");
	findings_free(&findings);
	relay_free(compiled);
	policy_free(judged);
}
