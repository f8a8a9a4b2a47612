/* Which step brought each entry, and what a later version of a source changes:
 * beside a model that writes everything down. */
#include "config.h"

#include "policy/mem.h"
#include "scratch.h"
#include "store/origin.h"
#include "tests/policy/unit.h"

#define HOSTS 24
#define SOURCES 3
#define DEEP 200

struct said {
	bool any, removed;
	bool host[HOSTS];
};

/* The list as it is after some steps. */
struct state {
	int from[HOSTS];        /* the number of the step; 0: not there */
	int source[HOSTS];      /* of an import, or -1 */
	struct said said[SOURCES];
	bool renamed;
};

struct model {
	struct state states[DEEP]; /* one for each step in force, from none */
	size_t at, top;            /* the present one, the last to redo */
	int steps;                 /* ever made */
};

static char folder[SCRATCH_PATH], path[SCRATCH_PATH];
static uint64_t seed = 3;
static const char *const source_names[] = { "a.txt", "b.csv", "c" };

static unsigned
dice(unsigned sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % sides;
}

static void
set_host(struct entry *entry, unsigned host)
{
	entry_clear(entry);
	entry->kind = ENTRY_NET;
	entry->net = (struct net){ 4, 0x08080800 + host, 0x08080800 + host };
}

static const char *
name_of(const struct state *state)
{
	return state->renamed ? "new" : "old";
}

static const struct state *
present(const struct model *m)
{
	return &m->states[m->at];
}

/* --- one step ------------------------------------------------------------- */

static struct state *
next_state(struct model *m)
{
	assert_true(m->at + 1 < DEEP);
	m->states[m->at + 1] = m->states[m->at];
	m->top = ++m->at;
	m->steps++;
	return &m->states[m->at];
}

static bool
same_hosts(const struct state *a, const struct state *b)
{
	for (int i = 0; i < HOSTS; i++)
		if (!a->from[i] != !b->from[i])
			return false;
	return a->renamed == b->renamed;
}

static void
bring(struct model *m, struct state *s, int host, int source)
{
	if (s->from[host])
		return;
	s->from[host] = m->steps;
	s->source[host] = source;
}

static bool
said_by_other(const struct state *s, int host, int source)
{
	for (int i = 0; i < SOURCES; i++)
		if (i != source && s->said[i].any && !s->said[i].removed &&
		    s->said[i].host[host])
			return true;
	return false;
}

static void
model_import(struct model *m, enum import_mode mode, int source,
    const bool *hosts)
{
	const struct state before = m->states[m->at];
	struct state *s = next_state(m);

	for (int i = 0; i < HOSTS; i++) {
		bool was = before.said[source].host[i];

		if (mode == IMPORT_REMOVE && hosts[i])
			s->from[i] = 0;
		else if (mode == IMPORT_REFRESH && !hosts[i] && s->from[i] &&
		    s->source[i] == source && !said_by_other(&before, i, source))
			s->from[i] = 0;
		else if (mode == IMPORT_REPLACE && !hosts[i])
			s->from[i] = 0;
		else if (mode != IMPORT_REMOVE && hosts[i] &&
		    (mode != IMPORT_REFRESH || !was))
			bring(m, s, i, source);
	}
	s->said[source] = (struct said){ true, mode == IMPORT_REMOVE,
		{ false } };
	memcpy(s->said[source].host, hosts, HOSTS * sizeof(*hosts));
	/* What changes nothing is no step. */
	if (same_hosts(&before, s)) {
		m->at--;
		m->top = m->at;
		m->steps--;
	}
}

static void
judge(struct import *import, const struct buf *text,
    const struct entries *against)
{
	struct import_rules rules = { .format = "plain" };
	struct err err;

	assert_true(import_judge(import, buf_text(text), text->len, &rules,
	    against, &err));
}

static void
check_came(const struct arrival *a, const struct state *before,
    const struct state *after)
{
	size_t came = 0, went = 0;

	for (int i = 0; i < HOSTS; i++) {
		came += !before->from[i] && after->from[i];
		went += before->from[i] && !after->from[i];
	}
	assert_int_equal(a->came, came);
	assert_int_equal(a->went, went);
}

static void
run_import(struct store *store, struct model *m, struct policy *draft,
    int64_t head)
{
	enum import_mode mode = (enum import_mode)dice(4);
	int source = (int)dice(SOURCES);
	struct target target = { .is_list = true };
	struct arrival a = { .target = &target, .draft = draft, .mode = mode };
	struct import_source from = { source_names[source], NULL, 0, "" };
	struct state before = m->states[m->at];
	struct refresh refresh = { 0 };
	struct entries all = { 0 };
	struct entries *there;
	struct import import;
	struct buf text = { 0 };
	bool hosts[HOSTS], ok;
	struct err err;
	int64_t id;

	snprintf(target.name, sizeof(target.name), "%s", name_of(&before));
	there = target_entries(&target, draft);
	for (int i = 0; i < HOSTS; i++) {
		hosts[i] = !dice(3);
		if (hosts[i])
			buf_addf(&text, "8.8.8.%d\n", i);
	}
	if (!text.len)
		goto out;
	entries_copy(&all, there);
	if (mode == IMPORT_REFRESH) {
		ok = store_refresh(store, &target, there, source_names[source],
		    &refresh, &err);
		assert_true(ok == (before.said[source].any &&
		    !before.said[source].removed));
		if (!ok)
			goto out;
		for (size_t i = 0; i < entries_count(&refresh.said); i++) {
			struct entry entry;

			entries_at(&refresh.said, i, &entry);
			entries_add(&all, &entry);
		}
		a.refresh = &refresh;
	}
	judge(&import, &text, &all);
	assert_true(arrival_make(&a, &import, &err));
	from.bytes = buf_text(&text);
	from.size = text.len;
	if (!store_import(store, "import", &a, &import, &from, &head, &id,
	        &err))
		fail_msg("%s", err.text);
	model_import(m, mode, source, hosts);
	assert_int_equal(id != 0, !same_hosts(&before, present(m)));
	check_came(&a, &before, present(m));
	arrival_clear(&a);
	import_free(&import);
out:
	refresh_free(&refresh);
	entries_free(&all);
	buf_free(&text);
}

/* By hand: one comes or goes, or the list gets another name. */
static void
run_edit(struct store *store, struct model *m, const struct policy *draft,
    int64_t head)
{
	const char *name = name_of(present(m));
	struct list *list = list_copy(policy_list(draft, name));
	struct change change = { OBJECT_LIST, name, list };
	struct state *s = next_state(m);
	unsigned host = dice(HOSTS);
	struct entry entry;
	struct err err;

	set_host(&entry, host);
	if (!dice(5)) {
		s->renamed = !s->renamed;
		free(list->name);
		list->name = mem_text(name_of(s));
	} else if (s->from[host]) {
		entries_remove(&list->entries, &entry);
		s->from[host] = 0;
	} else {
		entries_add(&list->entries, &entry);
		bring(m, s, (int)host, -1);
	}
	assert_true(store_edit(store, "edit", &change, 1, &head, &err));
	list_free(list);
}

static void
run_back(struct store *store, struct model *m, bool redo)
{
	struct err err;
	char *label = NULL;
	int64_t head;
	bool ok = redo ? store_redo(store, &label, &head, &err)
	               : store_undo(store, &label, &head, &err);

	/* The first step makes the list. */
	assert_true(ok == (redo ? m->at < m->top : true));
	if (ok)
		m->at += redo ? 1 : (size_t)-1;
	free(label);
}

/* Asked for alone, an entry has the same origin. */
static void
check_one(struct store *store, const struct target *target,
    const struct entry *entry, const struct origin *wanted)
{
	struct origin origin;
	struct err err;
	bool found;

	assert_true(store_origin(store, target, entry, &origin, &found, &err));
	assert_true(found);
	assert_int_equal(origin.step, wanted->step);
	assert_int_equal(origin.import, wanted->import);
	origin_clear(&origin);
}

static void
check_origins(struct store *store, const struct model *m,
    struct policy *draft)
{
	const struct state *s = present(m);
	struct target target = { .is_list = true };
	struct origins origins;
	struct entries *there;
	struct entry entry;
	struct err err;
	size_t place = 0;

	snprintf(target.name, sizeof(target.name), "%s", name_of(s));
	there = target_entries(&target, draft);
	if (!store_origins(store, &target, there, &origins, &err))
		fail_msg("%s", err.text);
	for (unsigned i = 0; i < HOSTS; i++) {
		const struct origin *o;

		if (!s->from[i])
			continue;
		o = origins_find(&origins, place);
		set_host(&entry, i);
		assert_int_equal(entries_find(there, &entry), place);
		assert_non_null(o);
		assert_int_equal(o->step, s->from[i] + 1);
		assert_int_equal(o->import != 0, s->source[i] >= 0);
		if (s->source[i] >= 0)
			assert_string_equal(o->source,
			    source_names[s->source[i]]);
		check_one(store, &target, &entry, o);
		place++;
	}
	assert_int_equal(entries_count(there), place);
	origins_free(&origins);
}

static void
run_one(struct store *store, struct model *m)
{
	struct policy *draft;
	struct err err;
	int64_t head;
	unsigned what = dice(10);

	assert_true(store_draft(store, &draft, &head, &err));
	check_origins(store, m, draft);
	if (what < 4)
		run_import(store, m, draft, head);
	else if (what < 7)
		run_edit(store, m, draft, head);
	else if (what < 9 && m->at)
		run_back(store, m, false);
	else if (m->at < m->top)
		run_back(store, m, true);
	policy_free(draft);
}

static void
test_model(void **state)
{
	static struct model m;
	struct store *store;
	char name[32];

	(void)state;
	for (int round = 0; round < 12; round++) {
		memset(&m, 0, sizeof(m));
		snprintf(name, sizeof(name), "m%d.db", round);
		scratch_join(path, folder, name);
		store = scratch_open(path);
		scratch_edit(store, "make", NULL, scratch_list("old", NULL));
		for (int i = 0; i < 80; i++)
			run_one(store, &m);
		store_close(store);
	}
}

/* --- what is told ------------------------------------------------------------ */

static bool
try_import(struct store *store, const char *into,
    const struct import_source *source, int64_t *id, struct err *err)
{
	struct target target;
	struct policy *draft;
	struct arrival a = { .target = &target };
	struct import_rules rules = { .format = NULL };
	static const struct entries none;
	const struct entries *there;
	struct import import;
	int64_t head;
	bool ok;

	assert_true(store_draft(store, &draft, &head, err));
	assert_true(target_parse(&target, into, err));
	a.draft = draft;
	there = target_entries(&target, draft);
	assert_true(import_judge(&import, source->bytes, source->size, &rules,
	    there ? there : &none, err));
	assert_true(arrival_make(&a, &import, err));
	ok = store_import(store, "import", &a, &import, source, &head, id,
	    err);
	arrival_clear(&a);
	import_free(&import);
	policy_free(draft);
	return ok;
}

static int64_t
import_text(struct store *store, const char *into, const char *name,
    const char *text)
{
	struct import_source source = { name, text, strlen(text), "--widen" };
	struct err err;
	int64_t id;

	assert_true(try_import(store, into, &source, &id, &err));
	return id;
}

static struct store *
begin(const char *name)
{
	scratch_join(path, folder, name);
	return scratch_open(path);
}

static void
test_records(void **state)
{
	struct store *store = begin("records.db");
	struct target target = { .is_list = true, .name = "x" };
	struct import_record *all;
	struct err err;
	size_t count;
	int64_t head;
	char *label;

	(void)state;
	assert_int_equal(import_text(store, "list:x", "one", "8.8.8.8\n"), 1);
	assert_int_equal(import_text(store, "list:y", "two", "8.8.8.8\n"), 2);
	assert_int_equal(import_text(store, "list:x", "one", "8.8.8.8\n"), 0);
	assert_int_equal(import_text(store, "list:x", "three",
	    "# x\n8.8.8.9\n"), 3);
	assert_true(store_imports(store, &target, &all, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(all[0].source, "three");
	assert_int_equal(all[0].lines, 2);
	assert_int_equal(all[0].size, 12);
	assert_string_equal(all[0].format, "plain");
	assert_string_equal(all[0].options, "--widen");
	assert_int_equal(all[0].came, 1);
	/* printf '8.8.8.8\n' | sha256sum */
	assert_string_equal(all[1].digest,
	    "fcad3ca3c931e062c73989fa3b7ba2f5"
	    "f02c581ab9e991ae32cb5f4547ade025");
	import_records_free(all, count);
	assert_true(store_undo(store, &label, &head, &err));
	free(label);
	assert_true(store_imports(store, &target, &all, &count, &err));
	assert_int_equal(count, 1);
	import_records_free(all, count);
	assert_true(store_imports(store, NULL, &all, &count, &err));
	assert_int_equal(count, 3);
	assert_true(all[0].undone);
	import_records_free(all, count);
	store_close(store);
}

struct patience {
	size_t most; /* items */
	size_t last;
};

static bool
is_patient(size_t items, void *context)
{
	struct patience *p = context;

	assert_true(items >= p->last);
	p->last = items;
	return items < p->most;
}

/* By another thread's connection, which is stopped on the way: nothing of it is
 * there, and the next import goes to its end. */
static void
test_stopped(void **state)
{
	struct store *store = begin("stopped.db"), *again;
	struct import_source source = { "long", NULL, 0, "" };
	struct patience p = { 10000, 0 };
	struct buf text = { 0 };
	struct policy *draft;
	struct err err;
	int64_t head, before, id;

	(void)state;
	for (unsigned i = 0; i < 30000; i++)
		buf_addf(&text, "8.%u.%u.1\n", i >> 8, i & 255);
	source.bytes = buf_text(&text);
	source.size = text.len;
	assert_true(store_head(store, &before, &err));
	assert_true(store_again(&again, store, &err));
	store_watch(again, is_patient, &p);
	assert_false(try_import(again, "list:x", &source, &id, &err));
	assert_int_equal(err.kind, ERR_NO);
	assert_string_equal(err.text, "stopped; nothing was stored");
	assert_in_range(p.last, 10000, 20000);
	assert_true(store_draft(store, &draft, &head, &err));
	assert_int_equal(head, before);
	assert_int_equal(draft->list_count, 0);
	policy_free(draft);
	p = (struct patience){ 1000000, 0 };
	store_watch(again, is_patient, &p);
	assert_true(try_import(again, "list:x", &source, &id, &err));
	assert_int_equal(p.last, 30000);
	assert_int_equal(id, 1);
	store_close(again);
	assert_true(store_draft(store, &draft, &head, &err));
	assert_int_equal(entries_count(&draft->lists[0]->entries), 30000);
	policy_free(draft);
	buf_free(&text);
	store_close(store);
}

/* Of a server, each list of which has sources of its own. */
static void
test_server(void **state)
{
	struct store *store = begin("server.db");
	struct server *server = server_new("s");
	struct change change = { OBJECT_SERVER, NULL, server };
	struct target relay, never;
	struct origins origins;
	struct policy *draft;
	struct refresh refresh;
	struct buf text = { 0 };
	struct err err;
	int64_t head = 0;

	(void)state;
	assert_true(store_edit(store, "add", &change, 1, &head, &err));
	server_free(server);
	import_text(store, "server:s/relay", "in", "8.8.8.8\n");
	import_text(store, "server:s/never", "out", "8.8.8.8\n");
	assert_true(target_parse(&relay, "server:s/relay", &err));
	assert_true(target_parse(&never, "server:s/never", &err));
	assert_true(store_draft(store, &draft, &head, &err));
	assert_true(store_origins(store, &relay, target_entries(&relay, draft),
	    &origins, &err));
	origin_add(&text, origins_find(&origins, 0));
	assert_non_null(strstr(buf_text(&text), "import #1 in by "));
	origins_free(&origins);
	assert_false(store_refresh(store, &relay, target_entries(&relay, draft),
	    "out", &refresh, &err));
	assert_non_null(strstr(err.text, "--source names one of: in"));
	assert_true(store_refresh(store, &never, target_entries(&never, draft),
	    "out", &refresh, &err));
	assert_int_equal(refresh.last, 2);
	assert_int_equal(entries_count(&refresh.brought), 1);
	refresh_free(&refresh);
	policy_free(draft);
	buf_free(&text);
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_stopped),
	};
	int failed;

	scratch_make(folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_remove(folder);
	return failed;
}
