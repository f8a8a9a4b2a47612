#include "config.h"

#include <string.h>

#include <jansson.h>

#include "out.h"
#include "push_others.h"
#include "push_record.h"
#include "store/push_round.h"
#include "store/push_steps.h"

#define LISTED 20

/* A round with its pushes. */
struct looked {
	const struct push_round *round;
	struct push_record *records;
	size_t count;
	bool alive;
};

static const struct push_record *
record_of(const struct looked *l, const char *gateway)
{
	for (size_t i = l->count; i-- > 0;)
		if (!strcmp(l->records[i].gateway, gateway))
			return &l->records[i];
	return NULL;
}

/* Where a gateway is: "OK", "3/7 check", "waiting". */
static void
add_state(struct buf *out, struct store *store, const struct looked *l,
    const char *gateway)
{
	const struct push_record *r = record_of(l, gateway);
	struct push_told told[PUSH_TOLD_MOST];
	size_t count;

	if (!r) {
		buf_add(out, l->alive ? "waiting" : "not begun");
		return;
	}
	if (r->ended) {
		buf_addf(out, "%s%s%s", r->state, r->detail ? ": " : "",
		    r->detail ? r->detail : "");
		return;
	}
	count = store_push_told(store, r->generation, told);
	if (!l->alive)
		buf_add(out, "cut off, ask for its status; ");
	if (count)
		buf_addf(out, "%u/%u %s", told[count - 1].number,
		    told[count - 1].of, told[count - 1].word);
	else
		buf_add(out, "begun");
}

static void
add_round(struct buf *out, const struct looked *l)
{
	const struct push_round *r = l->round;
	size_t good = 0;

	for (size_t i = 0; i < r->gateway_count; i++) {
		const struct push_record *record =
		    record_of(l, r->gateways[i]);

		good += record && record_is_good(record);
	}
	buf_addf(out, "push %lld of revision %lld by %s, ",
	    (long long)r->round, (long long)r->revision, r->author);
	add_time(out, r->started);
	buf_addf(out, ": %s, %zu of %zu in step", l->alive ? "goes on"
	        : r->ended ? "ended"
	                   : "cut off",
	    good, r->gateway_count);
	if (!r->stop_author)
		return;
	buf_addf(out, ", asked to stop by %s ", r->stop_author);
	add_time(out, r->stop_time);
}

static json_t *
round_json(struct store *store, const struct looked *l)
{
	const struct push_round *r = l->round;
	json_t *gateways = json_array();
	struct buf text = { 0 };

	for (size_t i = 0; i < r->gateway_count; i++) {
		buf_clear(&text);
		add_state(&text, store, l, r->gateways[i]);
		json_array_append_new(gateways, json_pack("{s:s,s:s}",
		    "gateway", r->gateways[i], "state", buf_text(&text)));
	}
	buf_free(&text);
	return json_pack("{s:I,s:I,s:s,s:I,s:o,s:b,s:s?,s:o}", "push",
	    (json_int_t)r->round, "revision", (json_int_t)r->revision,
	    "author", r->author, "started", (json_int_t)r->started, "ended",
	    r->ended ? json_integer(r->ended) : json_null(), "goes_on",
	    l->alive, "stop_author", r->stop_author, "gateways", gateways);
}

/* Of those that have ended a line is enough. */
static void
print_round(struct store *store, const struct looked *l)
{
	const struct push_round *r = l->round;
	struct buf text = { 0 };

	add_round(&text, l);
	buf_addc(&text, '\n');
	for (size_t i = 0; !r->ended && i < r->gateway_count; i++) {
		buf_addf(&text, "  %-20s ", r->gateways[i]);
		add_state(&text, store, l, r->gateways[i]);
		buf_addc(&text, '\n');
	}
	out_text(&text);
	buf_free(&text);
}

bool
push_others_list(struct session *session, struct err *err)
{
	struct push_round *rounds = NULL;
	json_t *array = json_array();
	size_t count = 0, i = 0;
	struct store *store;
	bool ok = session_open(session, STORE_READ, err) &&
	    store_rounds(session->store, LISTED, &rounds, &count, err);

	store = session->store;
	for (; ok && i < count; i++) {
		struct looked l = { .round = &rounds[i],
			.alive = store_round_alive(store, rounds[i].round) };

		ok = store_round_pushes(store, rounds[i].round, &l.records,
		    &l.count, err);
		if (ok && session->json)
			json_array_append_new(array, round_json(store, &l));
		else if (ok)
			print_round(store, &l);
		push_records_free(l.records, l.count);
	}
	if (ok && session->json)
		out_json(json_incref(array));
	else if (ok && !count)
		out_line("nothing was pushed yet");
	json_decref(array);
	push_rounds_free(rounds, count);
	return ok;
}

bool
push_others_stop(struct session *session, struct err *err)
{
	struct push_round *rounds = NULL;
	size_t count = 0, asked = 0;
	bool ok = session_open(session, STORE_WRITE, err) &&
	    store_rounds_open(session->store, &rounds, &count, err);

	for (size_t i = 0; ok && i < count; i++) {
		if (!store_round_alive(session->store, rounds[i].round))
			continue;
		asked++;
		ok = store_round_stop(session->store, rounds[i].round, err);
		if (ok && !session->json)
			out_line("push %lld by %s is asked to stop: what has "
			    "begun is finished, no more is begun",
			    (long long)rounds[i].round, rounds[i].author);
	}
	push_rounds_free(rounds, count);
	if (ok && session->json)
		out_json(json_pack("{s:I}", "asked", (json_int_t)asked));
	return ok && (asked || fail_as(err, ERR_NO, "no push goes on"));
}
