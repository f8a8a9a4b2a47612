#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "maillog_line.h"
#include "policy/mem.h"

/* Longer lines than syslog passes on are no mail log's. */
#define LONGEST_LINE 65536
/* More messages than stay open at once on a busy gateway. */
#define MOST_OPEN 1000000

struct maillog *
maillog_new(mail_take *take, void *context, int64_t now)
{
	struct maillog *log = mem_new(1, sizeof(*log));

	log->take = take;
	log->context = context;
	log->now = now;
	log->sessions = sessions_new(MOST_OPEN);
	localtime_r(&(time_t){ now }, &log->today);
	return log;
}

void
maillog_free(struct maillog *log)
{
	if (!log)
		return;
	sessions_free(log->sessions);
	for (size_t i = 0; i < 4; i++)
		free(log->texts[i]);
	log_tags_clear(&log->tags);
	free(log->rest);
	free(log);
}

const struct mail_counts *
maillog_counts(const struct maillog *log)
{
	return &log->counts;
}

void
maillog_tell(struct maillog *log, struct mail_fact *fact)
{
	fact->time = log->time;
	log->counts.facts++;
	log->counts.undated += !log->time;
	log->take(log->context, fact);
}

void
session_tell(struct maillog *log, const struct session *s,
    struct piece recipient, enum mail_outcome outcome)
{
	struct mail_fact fact = { .server = s->server, .service = s->service,
		.local = s->local, .client = s->client, .name = s->name,
		.verified = s->verified, .authenticated = s->authenticated,
		.outcome = outcome };

	if (recipient.at)
		fact.recipient = piece_text(log, recipient);
	maillog_tell(log, &fact);
}

/* --- a line --------------------------------------------------------------- */

/* Takes off the host: mostly that of the line before. */
static bool
skip_host(struct maillog *log, struct piece *line)
{
	struct piece host;

	if (log->host_len && line->len > log->host_len &&
	    !memcmp(line->at, log->host, log->host_len)) {
		line->at += log->host_len;
		line->len -= log->host_len;
		return true;
	}
	host = piece_until(line, ' ');
	if (line->at != host.at + host.len + 1)
		return false;
	log->host_len = host.len < sizeof(log->host) ? host.len + 1 : 0;
	memcpy(log->host, host.at, log->host_len);
	return true;
}

/* "host tag[pid]: text"; says whether it has that form. */
static bool
split_line(struct maillog *log, struct piece rest, struct log_line *line)
{
	struct piece tag;
	const char *at;

	if (!skip_host(log, &rest))
		return false;
	tag = piece_until(&rest, ' ');
	if (!tag.len || tag.at[tag.len - 1] != ':')
		return false;
	line->text = rest;
	tag.len--;
	if (tag.len && tag.at[tag.len - 1] == ']') {
		for (at = tag.at + tag.len - 1; at > tag.at && *at != '[';)
			at--;
		line->pid = (struct piece){ at + (*at == '['),
			(size_t)(tag.at + tag.len - 1 - at) -
			    (*at == '[') };
		tag.len = (size_t)(at - tag.at);
	}
	line->tag = log_tag_of(&log->tags, tag);
	return true;
}

static void
read_line(struct maillog *log, struct piece line)
{
	struct log_line split = { 0 };

	log->counts.lines++;
	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	if (!maillog_date(log, &line))
		return;
	if (split_line(log, line, &split)) {
		log->counts.of_mail += split.tag &&
		    split.tag->line(log, &split);
		return;
	}
	/* Exim's own log has nothing between the date and the text. */
	split.text = line;
	log->counts.of_mail += exim_line(log, &split);
}

/* --- bytes ---------------------------------------------------------------- */

static void
keep_rest(struct maillog *log, const char *bytes, size_t len)
{
	if (log->rest_len + len > LONGEST_LINE) {
		log->too_long = true;
		log->rest_len = 0;
		return;
	}
	if (log->rest_len + len > log->rest_cap) {
		log->rest_cap = 2 * (log->rest_len + len);
		log->rest = mem_resize(log->rest, log->rest_cap, 1);
	}
	memcpy(log->rest + log->rest_len, bytes, len);
	log->rest_len += len;
}

static void
end_rest(struct maillog *log)
{
	if (!log->too_long && log->rest_len)
		read_line(log, (struct piece){ log->rest, log->rest_len });
	log->counts.cut += log->too_long;
	log->too_long = false;
	log->rest_len = 0;
}

void
maillog_feed(struct maillog *log, const char *bytes, size_t len)
{
	const char *end = bytes + len, *eol;

	log->counts.bytes += len;
	for (; bytes < end; bytes = eol + 1) {
		eol = memchr(bytes, '\n', (size_t)(end - bytes));
		if (!eol) {
			keep_rest(log, bytes, (size_t)(end - bytes));
			return;
		}
		if (log->rest_len || log->too_long) {
			keep_rest(log, bytes, (size_t)(eol - bytes));
			end_rest(log);
		} else if (eol - bytes <= LONGEST_LINE) {
			read_line(log, (struct piece){ bytes,
				(size_t)(eol - bytes) });
		} else {
			log->counts.cut++;
		}
	}
}

void
maillog_cut(struct maillog *log)
{
	log->counts.cut += log->rest_len && !log->too_long;
	end_rest(log);
}
