#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog_types.h"
#include "dialogs.h"
#include "dns.h"
#include "entry_pane.h"
#include "policy/mem.h"
#include "policy/note.h"

enum which {
	SINGLE,
	GROUP,
	RANGE,
	DOMAIN_NAME,
	NAMED_LIST,
};

struct computer_state {
	struct computer_order order;
	struct entry old; /* valid when order.entry is set */
	int which;
	struct line address, subnet, mask, first, last, domain, list, comment;
	struct line owner, ticket, expires;
	struct note_texts notes;
	struct caption found; /* what DNS said */
	struct caption effect;
	struct child *asking;
	size_t answers;
};

enum {
	CHOSE = ID_OWN,
	TYPED_ADDRESS,
	TYPED_GROUP,
	TYPED_RANGE,
	TYPED_DOMAIN,
	TYPED_LIST,
	LOOK_UP,
	OK_AND_ANOTHER,
};

#define AT(member) offsetof(struct computer_state, member)

static bool
may_be_domain(const void *state)
{
	return !((const struct computer_state *)state)->order.only_addresses;
}

static bool
may_be_list(const void *state)
{
	return !((const struct computer_state *)state)->order.in_list;
}

static bool
is_new(const void *state)
{
	return !((const struct computer_state *)state)->order.entry;
}

static const struct control computer_controls[] = {
	{ .kind = CONTROL_RADIO, .at = { 0, 0, 24, 0 }, .offset = AT(which),
	    .text = "&Single computer", .value = SINGLE, .id = CHOSE,
	    .hint = "one address", },
	{ .kind = CONTROL_LINE, .at = { 4, 1, REST(19), 0 },
	    .text = "IP address", .offset = AT(address),
	    .id = TYPED_ADDRESS, .value = 12,
	    .hint = "an address; or a host name, then DNS lookup", },
	{ .kind = CONTROL_BUTTON, .at = { -18, 1, 0, 0 },
	    .text = "D&NS lookup...", .id = LOOK_UP,
	    .hint = "host name to address, or address to host name", },
	{ .kind = CONTROL_CAPTION, .at = { 16, 2, 0, 0 },
	    .offset = AT(found), },
	{ .kind = CONTROL_RADIO, .at = { 0, 3, 24, 0 }, .offset = AT(which),
	    .text = "&Group of computers", .value = GROUP, .id = CHOSE,
	    .hint = "a network: its first address and its mask", },
	{ .kind = CONTROL_LINE, .at = { 4, 4, REST(28), 0 }, .text = "Subnet",
	    .offset = AT(subnet), .id = TYPED_GROUP, .value = 12,
	    .hint = "the first address: 192.0.2.0 or 2001:db8::", },
	{ .kind = CONTROL_LINE, .at = { -26, 4, 0, 0 }, .text = "Mask or /n",
	    .offset = AT(mask), .id = TYPED_GROUP,
	    .hint = "255.255.255.0 or /24 or 24", },
	{ .kind = CONTROL_RADIO, .at = { 0, 5, 24, 0 }, .offset = AT(which),
	    .text = "&Range of addresses", .value = RANGE, .id = CHOSE,
	    .hint = "from one address to another, both included", },
	{ .kind = CONTROL_LINE, .at = { 4, 6, REST(28), 0 }, .text = "From",
	    .offset = AT(first), .id = TYPED_RANGE, .value = 12,
	    .hint = "the first address of the range", },
	{ .kind = CONTROL_LINE, .at = { -26, 6, 0, 0 }, .text = "to",
	    .offset = AT(last), .id = TYPED_RANGE, .value = 3,
	    .hint = "the last address of the range", },
	{ .kind = CONTROL_RADIO, .at = { 0, 7, 15, 0 }, .offset = AT(which),
	    .text = "&Domain", .value = DOMAIN_NAME, .id = CHOSE,
	    .alive = may_be_domain,
	    .hint = "clients whose name is in this domain", },
	{ .kind = CONTROL_LINE, .at = { 16, 7, 0, 0 }, .offset = AT(domain),
	    .id = TYPED_DOMAIN, .alive = may_be_domain,
	    .hint = "matches clients whose verified host name is this domain "
	            "or ends in it", },
	{ .kind = CONTROL_LABEL, .at = { 4, 8, 0, 2 }, .alive = may_be_domain,
	    .text = "! needs a reverse DNS look-up for every connection: slow, "
	            "and who owns an address decides what its name says.", },
	{ .kind = CONTROL_RADIO, .at = { 0, 10, 15, 0 }, .offset = AT(which),
	    .text = "Named &list", .value = NAMED_LIST, .id = CHOSE,
	    .alive = may_be_list,
	    .hint = "all entries of a list; it changes with the list", },
	{ .kind = CONTROL_LINE, .at = { 16, 10, 32, 0 }, .offset = AT(list),
	    .id = TYPED_LIST, .alive = may_be_list,
	    .hint = "the name of a list of this policy", },
	{ .kind = CONTROL_LINE, .at = { 0, 11, 0, 0 }, .text = "&Comment",
	    .offset = AT(comment), .value = 16,
	    .hint = "for people: who or what it is", },
	{ .kind = CONTROL_LINE, .at = { 0, 12, 24, 0 }, .text = "O&wner",
	    .offset = AT(owner), .value = 8, .hint = "who answers for it", },
	{ .kind = CONTROL_LINE, .at = { 25, 12, 20, 0 }, .text = "&Ticket",
	    .offset = AT(ticket), .value = 7,
	    .hint = "where it was asked for", },
	{ .kind = CONTROL_LINE, .at = { 46, 12, 0, 0 }, .text = "E&xpires",
	    .offset = AT(expires), .value = 8,
	    .hint = "the last day on which it counts: 2026-12-31", },
	{ .kind = CONTROL_CAPTION, .at = { 0, -2, 0, 0 },
	    .offset = AT(effect), .stays = true, },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 8, 0 }, .text = "&OK",
	    .id = ID_OK, },
	{ .kind = CONTROL_BUTTON, .at = { 8, -1, 24, 0 },
	    .text = "OK and &add another", .id = OK_AND_ANOTHER,
	    .alive = is_new, },
	{ .kind = CONTROL_BUTTON, .at = { 33, -1, 12, 0 }, .text = "Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_END, },
};

/* The entry as a policy document spells it. */
static void
add_text(struct buf *out, const struct computer_state *state)
{
	const char *mask = line_text(&state->mask);

	switch ((enum which)state->which) {
	case SINGLE:
		buf_add(out, line_text(&state->address));
		break;
	case GROUP:
		buf_add(out, line_text(&state->subnet));
		if (*mask == '/')
			buf_add(out, mask);
		else if (*mask)
			buf_addf(out, "%s%s", strlen(mask) > 3 ? " " : "/",
			    mask);
		break;
	case RANGE:
		buf_addf(out, "%s-%s", line_text(&state->first),
		    line_text(&state->last));
		break;
	case DOMAIN_NAME:
		buf_addf(out, "domain:%s", line_text(&state->domain));
		break;
	case NAMED_LIST:
		buf_addf(out, "list:%s", line_text(&state->list));
		break;
	}
}

static bool
is_empty(const struct computer_state *state)
{
	const struct line *lines[] = {
		[SINGLE] = &state->address,
		[GROUP] = &state->subnet,
		[RANGE] = &state->first,
		[DOMAIN_NAME] = &state->domain,
		[NAMED_LIST] = &state->list,
	};

	return !*line_text(lines[state->which]);
}

/* The texts stay in the state, and the entry borrows them. */
static bool
read_notes(const struct dialog *dialog, struct entry *entry, struct err *err)
{
	struct computer_state *state = dialog->state;
	const struct line *lines[] = { &state->comment, &state->owner,
		&state->ticket, &state->expires };

	note_texts_clear(&state->notes);
	for (int i = 0; i < NOTES; i++) {
		const char *text = line_text(lines[i]);

		if (!note_texts_set(&state->notes, (enum note_kind)i, text,
		        strlen(text), err))
			return false;
	}
	note_texts_lend(&state->notes, entry);
	return true;
}

static bool
read_entry(const struct dialog *dialog, struct entry *entry, struct err *err)
{
	const struct computer_state *state = dialog->state;
	struct buf text = { 0 };
	bool ok;

	if (is_empty(state))
		return fail(err, "fill in what was chosen");
	add_text(&text, state);
	ok = entry_parse(entry, buf_text(&text), text.len, NET_STRICT, err);
	buf_free(&text);
	if (ok && state->which == SINGLE && entry->net.first != entry->net.last)
		ok = fail(err, "this is no single address; choose Group or "
		               "Range");
	if (ok && state->which == NAMED_LIST &&
	    !policy_list(dialog->app->draft, entry->name))
		ok = fail(err, "no list is called %s", entry->name);
	return ok && read_notes(dialog, entry, err);
}

static void
computer_refresh(struct dialog *dialog)
{
	struct computer_state *state = dialog->state;
	struct buf text = { 0 };
	struct entry entry;
	struct err err;

	if (is_empty(state)) {
		caption_set(&state->effect, ROLE_TEXT, "");
		return;
	}
	if (!read_entry(dialog, &entry, &err)) {
		buf_addf(&text, "X %s", err.text);
	} else {
		buf_add(&text, "Means: ");
		entry_add(&text, &entry);
		if (entry.kind == ENTRY_NET) {
			buf_add(&text, ", addresses: ");
			entry_add_size(&text, &entry);
		}
	}
	caption_set(&state->effect, ROLE_STRONG, buf_text(&text));
	buf_free(&text);
}

static bool
take(struct dialog *dialog)
{
	struct computer_state *state = dialog->state;
	struct entry entry;
	struct err err;

	if (read_entry(dialog, &entry, &err) &&
	    state->order.take(dialog->owner,
	        state->order.entry ? &state->old : NULL, &entry, &err))
		return true;
	app_fail(dialog->app, &err);
	return false;
}

static void
on_answer(void *context, char *line)
{
	struct dialog *dialog = context;
	struct computer_state *state = dialog->state;
	char *kind = strsep(&line, "\t"), *text = strsep(&line, "\t");
	struct buf found = { 0 };

	if (!text || state->answers++)
		buf_addf(&found, "%s, %s", buf_text(&state->found.text),
		    text ? text : "");
	else if (!strcmp(kind, "address"))
		buf_addf(&found, "%s is %s", line_text(&state->address), text);
	else if (!strcmp(kind, "name"))
		buf_addf(&found, "%s (%s)", text,
		    line && !strcmp(line, "verified")
		        ? "and that name leads back here"
		        : "! that name does not lead back here");
	else
		buf_addf(&found, "! not found: %s", text);
	if (text && state->answers == 1 && !strcmp(kind, "address"))
		line_set(&state->address, text);
	caption_set(&state->found, ROLE_TEXT, buf_text(&found));
	buf_free(&found);
	dialog->stale = true;
}

static void
on_answered(void *context, int status, const char *errors)
{
	struct dialog *dialog = context;
	struct computer_state *state = dialog->state;

	(void)errors;
	state->asking = NULL;
	if (status != 0 && !state->answers)
		caption_set(&state->found, ROLE_TEXT,
		    "! DNS gave no answer within 10 s");
	dialog->stale = true;
}

static void
look_up(struct dialog *dialog)
{
	struct computer_state *state = dialog->state;
	struct child_calls calls = { on_answer, on_answered, dialog };
	struct err err;

	state->which = SINGLE;
	if (!*line_text(&state->address)) {
		dialog_focus(dialog, AT(address));
		app_say(dialog->app, '!', "type a host name or an address "
		    "first");
		return;
	}
	if (state->asking)
		child_kill(state->asking);
	state->answers = 0;
	caption_set(&state->found, ROLE_TEXT, "asking DNS...");
	state->asking = dns_ask(dialog->app->loop, line_text(&state->address),
	    &calls, &err);
	if (!state->asking)
		app_fail(dialog->app, &err);
}

static void
another(struct dialog *dialog)
{
	struct computer_state *state = dialog->state;
	struct line *lines[] = { &state->address, &state->subnet, &state->mask,
		&state->first, &state->last, &state->domain, &state->list };
	size_t i;

	if (!take(dialog))
		return;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		line_set(lines[i], "");
	caption_set(&state->found, ROLE_TEXT, "");
	dialog->changed = false;
	dialog->stale = true;
	dialog->focus = state->which == SINGLE ? 1 : dialog->focus;
	app_say(dialog->app, 'i', "added; the next one, or Esc");
}

static void
computer_act(struct dialog *dialog, int id)
{
	struct computer_state *state = dialog->state;

	if (id >= TYPED_ADDRESS && id <= TYPED_LIST)
		state->which = id - TYPED_ADDRESS;
	else if (id == LOOK_UP)
		look_up(dialog);
	else if (id == OK_AND_ANOTHER)
		another(dialog);
}

static void
computer_clear(void *value)
{
	struct computer_state *state = value;

	if (state->asking)
		child_kill(state->asking);
	line_clear(&state->address);
	line_clear(&state->subnet);
	line_clear(&state->mask);
	line_clear(&state->first);
	line_clear(&state->last);
	line_clear(&state->domain);
	line_clear(&state->list);
	line_clear(&state->comment);
	line_clear(&state->owner);
	line_clear(&state->ticket);
	line_clear(&state->expires);
	buf_free(&state->found.text);
	buf_free(&state->effect.text);
}

/* Many lines pasted into a field: the list below shows them as an import. */
static void
computer_paste(struct dialog *dialog, const char *text, size_t len)
{
	struct dialog *owner = dialog->owner;

	dialog_close(dialog, false);
	app_reap(dialog->app);
	if (owner && owner->type->paste)
		owner->type->paste(owner, text, len);
}

const struct dialog_type computer_type = {
	.title = "Computer",
	.w = 72,
	.h = 18,
	.least_h = 16,
	.size = sizeof(struct computer_state),
	.controls = computer_controls,
	.refresh = computer_refresh,
	.act = computer_act,
	.accept = take,
	.paste = computer_paste,
	.clear = computer_clear,
};

static void
fill_net(struct computer_state *state, const struct net *net)
{
	struct buf first = { 0 }, last = { 0 }, mask = { 0 };

	net_add_addr(&first, net->family, net->first);
	net_add_addr(&last, net->family, net->last);
	buf_addf(&mask, "/%d", net_prefix(net));
	state->which = net->first == net->last ? SINGLE
	    : net_prefix(net) >= 0             ? GROUP
	                                       : RANGE;
	if (state->which == SINGLE) {
		line_set(&state->address, buf_text(&first));
	} else if (state->which == GROUP) {
		line_set(&state->subnet, buf_text(&first));
		line_set(&state->mask, buf_text(&mask));
	} else {
		line_set(&state->first, buf_text(&first));
		line_set(&state->last, buf_text(&last));
	}
	buf_free(&first);
	buf_free(&last);
	buf_free(&mask);
}

static void
fill(struct computer_state *state, const struct entry *entry)
{
	struct buf day = { 0 };

	if (entry->kind == ENTRY_NET)
		fill_net(state, &entry->net);
	state->which = entry->kind == ENTRY_DOMAIN ? DOMAIN_NAME
	    : entry->kind == ENTRY_LIST            ? NAMED_LIST
	                                           : state->which;
	if (entry->kind == ENTRY_DOMAIN)
		line_set(&state->domain, entry->name);
	if (entry->kind == ENTRY_LIST)
		line_set(&state->list, entry->name);
	line_set(&state->comment, entry->comment);
	line_set(&state->owner, entry->owner);
	line_set(&state->ticket, entry->ticket);
	if (entry->expires)
		day_add(&day, entry->expires);
	line_set(&state->expires, buf_text(&day));
	buf_free(&day);
}

static void
focus_choice(struct dialog *dialog)
{
	static const size_t fields[] = {
		[SINGLE] = AT(address),
		[GROUP] = AT(subnet),
		[RANGE] = AT(first),
		[DOMAIN_NAME] = AT(domain),
		[NAMED_LIST] = AT(list),
	};
	const struct computer_state *state = dialog->state;

	dialog_focus(dialog, fields[state->which]);
}

void
computer_open(struct app *app, const struct computer_order *order)
{
	struct dialog *dialog = dialog_open(app, &computer_type, NULL);
	struct computer_state *state = dialog->state;

	snprintf(dialog->title, sizeof(dialog->title), "%s", order->title);
	state->order = *order;
	state->comment.most = 1000;
	state->owner.most = state->ticket.most = 200;
	state->expires.most = 10;
	if (order->entry) {
		fill(state, order->entry);
		state->old = *order->entry;
		state->old.comment = NULL;
		state->old.owner = state->old.ticket = NULL;
	}
	focus_choice(dialog);
}
