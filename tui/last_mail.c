#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "clock_text.h"
#include "last_mail.h"
#include "policy/mem.h"

/* --- whose ---------------------------------------------------------------- */

/* What the entries of one list of a server do to who is in them. */
static void
add_user(struct mail_scope *scope, const struct slot *slot,
    const struct server *s)
{
	bool relay = !strcmp(slot->name, "relay");
	bool connection = !strcmp(slot->name, "connection");

	if (!strcmp(slot->name, "local"))
		scope->local = true;
	else if (!strcmp(slot->name, "never") ||
	    (relay && s->relay_mode == MODE_ALL_EXCEPT) ||
	    (connection && s->connection_mode == MODE_ALL_EXCEPT))
		scope->kept_out = true;
	else
		texts_add(&scope->users, mem_text(s->name));
}

static void
find_users(struct mail_scope *scope, const char *list,
    const struct policy *policy)
{
	bool local = false;

	for (size_t i = 0; i < policy->server_count; i++) {
		const struct server *s = policy->servers[i];

		for (const struct slot *slot = server_slots; slot->name;
		     slot++)
			if (entries_include(slot_entries_const(slot, s), list))
				add_user(scope, slot, s);
		texts_add(&scope->senders, mem_text(s->name));
	}
	local = scope->local && !scope->users.count && !scope->kept_out;
	scope->kept_out |= scope->local;
	scope->local = local;
}

void
mail_scope_of(struct mail_scope *scope, const struct target *target,
    const struct policy *policy)
{
	const struct server *s = target->slot
	    ? policy_server(policy, target->name)
	    : NULL;

	*scope = (struct mail_scope){ .kept_out = false };
	if (target->is_list) {
		find_users(scope, target->name, policy);
	} else if (s) {
		texts_add(&scope->senders, mem_text(s->name));
		add_user(scope, target->slot, s);
	}
	texts_settle(&scope->senders);
	texts_settle(&scope->users);
}

void
mail_scope_free(struct mail_scope *scope)
{
	texts_free(&scope->senders);
	texts_free(&scope->users);
}

/* --- the latest of a range ------------------------------------------------ */

static int
compare_clients(const void *x, const void *y)
{
	const struct seen_client *const *a = x, *const *b = y;

	return seen_compare(*a, *b);
}

static void
build(int64_t *times, size_t count)
{
	for (size_t i = count; i-- > 1;)
		times[i] = times[2 * i] > times[2 * i + 1]
		    ? times[2 * i]
		    : times[2 * i + 1];
}

/* From the place first up to the place end, which is not in it. */
static int64_t
latest(const int64_t *times, size_t count, size_t first, size_t end)
{
	int64_t last = 0;

	first += count;
	end += count;
	for (; first < end; first /= 2, end /= 2) {
		if (first % 2 && times[first++] > last)
			last = times[first - 1];
		if (end % 2 && times[--end] > last)
			last = times[end];
	}
	return last;
}

/* Before which place all are below the address. */
static size_t
place4(const struct last_mail *mail, u128 address)
{
	size_t low = 0, high = mail->count4;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (mail->v4[middle] < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
place6(const struct last_mail *mail, u128 address)
{
	size_t low = 0, high = mail->count6;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (mail->v6[middle] < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int64_t
latest_in(const struct last_mail *mail, const struct net *net)
{
	size_t first, end;

	if (net->family == 4) {
		first = place4(mail, net->first);
		end = net->last == NET_LAST4 ? mail->count4
		                             : place4(mail, net->last + 1);
		return latest(mail->times4, mail->count4, first, end);
	}
	first = place6(mail, net->first);
	end = net->last == NET_LAST6 ? mail->count6
	                             : place6(mail, net->last + 1);
	return latest(mail->times6, mail->count6, first, end);
}

/* --- making it ------------------------------------------------------------ */

static void
take_clients(struct last_mail *mail, const struct seen_client **clients,
    size_t count)
{
	while (mail->count4 < count &&
	    clients[mail->count4]->family == 4)
		mail->count4++;
	mail->count6 = count - mail->count4;
	mail->v4 = mem_new(mail->count4 + 1, sizeof(*mail->v4));
	mail->v6 = mem_new(mail->count6 + 1, sizeof(*mail->v6));
	mail->times4 = mem_new(2 * mail->count4 + 1, sizeof(int64_t));
	mail->times6 = mem_new(2 * mail->count6 + 1, sizeof(int64_t));
	for (size_t i = 0; i < mail->count4; i++) {
		mail->v4[i] = (uint32_t)clients[i]->addr;
		mail->times4[mail->count4 + i] = clients[i]->last;
	}
	clients += mail->count4;
	for (size_t i = 0; i < mail->count6; i++) {
		mail->v6[i] = clients[i]->addr;
		mail->times6[mail->count6 + i] = clients[i]->last;
	}
	build(mail->times4, mail->count4);
	build(mail->times6, mail->count6);
}

/* The time of which every user's logs were read. */
static void
find_time(struct last_mail *mail, const struct seen *seen,
    const struct mail_scope *scope)
{
	int64_t from, to;
	size_t i;

	for (i = 0; i < scope->users.count && !scope->kept_out; i++) {
		if (!seen_read(seen, scope->users.items[i], &from, &to))
			break;
		if (!i || from > mail->from)
			mail->from = from;
		if (!i || to < mail->to)
			mail->to = to;
	}
	if (i < scope->users.count || mail->from > mail->to)
		mail->from = mail->to = 0;
}

void
last_mail_make(struct last_mail *mail, const struct seen *seen,
    const struct mail_scope *scope)
{
	const struct seen_client **clients = mem_new(seen->count + 1,
	    sizeof(const struct seen_client *));
	const char *server = NULL;
	bool counts = false;
	size_t count = 0;

	*mail = (struct last_mail){ .any = seen->count || seen->span_count };
	for (size_t i = 0; i < seen->count && !scope->local; i++) {
		if (!server || strcmp(server, seen->items[i].server) != 0)
			counts = texts_hold(&scope->senders,
			    seen->items[i].server);
		server = seen->items[i].server;
		if (counts)
			clients[count++] = &seen->items[i];
	}
	if (scope->senders.count > 1)
		qsort(clients, count, sizeof(const struct seen_client *),
		    compare_clients);
	take_clients(mail, clients, count);
	find_time(mail, seen, scope);
	free(clients);
}

void
last_mail_free(struct last_mail *mail)
{
	free(mail->v4);
	free(mail->v6);
	free(mail->times4);
	free(mail->times6);
	*mail = (struct last_mail){ .from = 0 };
}

/* --- asking --------------------------------------------------------------- */

void
last_mail_ask(const struct last_mail *mail, const struct entry *entry,
    struct mail_use *use)
{
	int64_t begin;

	*use = (struct mail_use){ .unused = -1 };
	if (entry->kind != ENTRY_NET)
		return;
	use->last = latest_in(mail, &entry->net);
	if (!mail->from)
		return;
	begin = use->last > mail->from ? use->last : mail->from;
	use->unused = begin < mail->to ? mail->to - begin : 0;
	if (!use->last)
		use->since = mail->from;
}

static void
add_day(struct buf *out, int64_t seconds)
{
	struct buf minute = { 0 };

	add_minute(&minute, seconds);
	buf_addf(out, "%.10s", buf_text(&minute));
	buf_free(&minute);
}

void
mail_use_add(struct buf *out, const struct mail_use *use)
{
	if (use->last) {
		add_day(out, use->last);
	} else if (use->since) {
		buf_addc(out, '<');
		add_day(out, use->since);
	} else {
		buf_addc(out, '?');
	}
}

void
mail_use_say(struct buf *out, const struct last_mail *mail,
    const struct mail_use *use)
{
	if (use->last) {
		buf_add(out, "last mail ");
		add_minute(out, use->last);
	} else if (use->since) {
		buf_add(out, "no mail since ");
		add_minute(out, use->since);
	} else {
		buf_add(out, "last mail not known");
		return;
	}
	if (mail->to) {
		buf_add(out, " (logs read to ");
		add_minute(out, mail->to);
		buf_addc(out, ')');
	}
}
