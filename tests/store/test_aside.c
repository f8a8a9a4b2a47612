/* Changes of the draft that are set aside, and taken up again. */
#include "config.h"

#include "scratch.h"
#include "store/aside.h"
#include "tests/policy/unit.h"

static const char *const one[] = { "192.0.2.1", NULL, };
static const char *const two[] = { "192.0.2.1", "192.0.2.2", NULL, };

static char folder[SCRATCH_PATH];

/* Revision 1 has the lists a and b; since then a was changed, b removed, and c
 * added: in the draft stand a, c. */
static struct store *
begin(void)
{
	static int number;
	char path[SCRATCH_PATH], name[32];
	struct store *store;
	struct change gone = { OBJECT_LIST, "b", NULL };
	int64_t base = 0, head;
	struct err err;

	snprintf(name, sizeof(name), "t%d.db", number++);
	scratch_join(path, folder, name);
	store = scratch_open(path);
	scratch_edit(store, "add a", NULL, scratch_list("a", one));
	scratch_edit(store, "add b", NULL, scratch_list("b", one));
	assert_true(store_commit(store, "first", NULL, 0, &base, &err));
	scratch_edit(store, "change a", "a", scratch_list("a", two));
	assert_true(store_head(store, &head, &err));
	assert_true(store_edit(store, "remove b", &gone, 1, &head, &err));
	scratch_edit(store, "add c", NULL, scratch_list("c", one));
	return store;
}

static bool
park(struct store *store, const char *name, const struct object_name *objects,
    size_t count, struct err *err)
{
	int64_t head;

	assert_true(store_head(store, &head, err));
	return store_set_aside(store, name, "why", objects, count, &head, err);
}

static void
check_err(const struct err *err, const char *wanted)
{
	if (err->kind != ERR_NO || !strstr(err->text, wanted))
		fail_msg("got %d '%s', wanted '%s'", err->kind, err->text,
		    wanted);
}

/* "a:2 b:1 ", the lists of the draft and how many entries each has. */
static void
check_lists(struct store *store, const char *wanted)
{
	struct policy *policy;
	struct buf got = { 0 };
	int64_t head;
	struct err err;

	assert_true(store_draft(store, &policy, &head, &err));
	for (size_t i = 0; i < policy->list_count; i++)
		buf_addf(&got, "%s:%zu ", policy->lists[i]->name,
		    entries_count(&policy->lists[i]->entries));
	assert_string_equal(buf_text(&got), wanted);
	buf_free(&got);
	policy_free(policy);
}

/* "later:3 ": what waits, and of how many objects. */
static void
check_waiting(struct store *store, const char *wanted)
{
	struct aside *asides;
	struct buf got = { 0 };
	size_t count;
	struct err err;

	assert_true(store_asides(store, &asides, &count, &err));
	for (size_t i = 0; i < count; i++)
		buf_addf(&got, "%s:%zu ", asides[i].name, asides[i].objects);
	assert_string_equal(buf_text(&got), wanted);
	buf_free(&got);
	asides_free(asides, count);
}

static void
step_back(struct store *store, bool back)
{
	char *label;
	int64_t head;
	struct err err;

	assert_true(back ? store_undo(store, &label, &head, &err)
	                 : store_redo(store, &label, &head, &err));
	free(label);
}

static bool
take(struct store *store, int64_t id, struct err *err)
{
	struct aside_object *objects;
	struct change changes[8];
	size_t count;
	int64_t head;
	bool ok;

	assert_true(store_aside_objects(store, id, &objects, &count, err));
	assert_true(count <= 8);
	for (size_t i = 0; i < count; i++)
		changes[i] = (struct change){ objects[i].kind,
			objects[i].before ? objects[i].name : NULL,
			objects[i].mine };
	assert_true(store_head(store, &head, err));
	ok = store_take_aside(store, id, "take up", changes, count, &head,
	    err);
	aside_objects_free(objects, count);
	return ok;
}

static int64_t
find(struct store *store, const char *name)
{
	struct err err;
	int64_t id;

	assert_true(store_aside_find(store, name, &id, &err));
	return id;
}

static void
test_all(void **state)
{
	struct store *store = begin();
	struct err err;
	bool dirty;
	int64_t id;

	(void)state;
	check_lists(store, "a:2 c:1 ");
	assert_true(park(store, "later", NULL, 0, &err));
	check_lists(store, "a:1 b:1 ");
	assert_true(store_dirty(store, &dirty, &err));
	assert_false(dirty);
	check_waiting(store, "later:3 ");
	id = find(store, "later");
	assert_true(take(store, id, &err));
	check_lists(store, "a:2 c:1 ");
	check_waiting(store, "");
	assert_false(take(store, id, &err));
	check_err(&err, "taken up or dropped");
	check_lists(store, "a:2 c:1 ");
	store_close(store);
}

static void
test_some(void **state)
{
	static const struct object_name b = { OBJECT_LIST, "b" };
	static const struct object_name wrong[] = { { OBJECT_LIST, "b" },
		{ OBJECT_SERVER, "b" } };
	struct store *store = begin();
	struct err err;

	(void)state;
	assert_false(park(store, "later", wrong, 2, &err));
	check_err(&err, "server b does not differ");
	check_lists(store, "a:2 c:1 ");
	check_waiting(store, "");
	assert_true(park(store, "later", &b, 1, &err));
	check_lists(store, "a:2 c:1 b:1 ");
	check_waiting(store, "later:1 ");
	assert_false(park(store, "later", NULL, 0, &err));
	check_err(&err, "something is set aside as later already");
	assert_true(park(store, "rest", NULL, 0, &err));
	check_lists(store, "a:1 b:1 ");
	check_waiting(store, "later:1 rest:2 ");
	assert_false(park(store, "none", NULL, 0, &err));
	check_err(&err, "the draft changes nothing");
	store_close(store);
}

/* What undo does to the step, it does to what was set aside by it. */
static void
test_undo(void **state)
{
	struct store *store = begin();
	struct err err;

	(void)state;
	assert_true(park(store, "later", NULL, 0, &err));
	step_back(store, true);
	check_waiting(store, "");
	check_lists(store, "a:2 c:1 ");
	step_back(store, false);
	check_waiting(store, "later:3 ");
	check_lists(store, "a:1 b:1 ");
	assert_true(take(store, find(store, "later"), &err));
	step_back(store, true);
	check_waiting(store, "later:3 ");
	check_lists(store, "a:1 b:1 ");
	step_back(store, false);
	check_waiting(store, "");
	check_lists(store, "a:2 c:1 ");
	store_close(store);
}

static void
test_drop(void **state)
{
	struct store *store = begin();
	struct err err;
	int64_t id;

	(void)state;
	assert_true(park(store, "later", NULL, 0, &err));
	id = find(store, "later");
	assert_true(store_drop_aside(store, id, &err));
	check_waiting(store, "");
	assert_false(store_drop_aside(store, id, &err));
	check_err(&err, "taken up or dropped");
	assert_false(take(store, id, &err));
	assert_false(store_aside_find(store, "later", &id, &err));
	check_err(&err, "nothing is set aside as later");
	store_close(store);
}

/* Somebody else was faster: nothing is stored. */
static void
test_moved(void **state)
{
	struct store *store = begin();
	struct err err;
	int64_t head;

	(void)state;
	assert_true(store_head(store, &head, &err));
	scratch_edit(store, "add d", NULL, scratch_list("d", one));
	assert_false(store_set_aside(store, "later", "", NULL, 0, &head,
	    &err));
	check_err(&err, "changed in the meantime");
	check_lists(store, "a:2 c:1 d:1 ");
	assert_false(store_set_aside(store, "la ter", "", NULL, 0, &head,
	    &err));
	check_waiting(store, "");
	store_close(store);
}

/* Before there is a revision everything is new. */
static void
test_first(void **state)
{
	char path[SCRATCH_PATH];
	struct store *store;
	struct err err;

	(void)state;
	scratch_join(path, folder, "first.db");
	store = scratch_open(path);
	scratch_edit(store, "add a", NULL, scratch_list("a", one));
	assert_true(park(store, "all", NULL, 0, &err));
	check_lists(store, "");
	assert_true(take(store, find(store, "all"), &err));
	check_lists(store, "a:1 ");
	store_close(store);
}

static int
set_up(void **state)
{
	(void)state;
	scratch_make(folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_some),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_first),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
