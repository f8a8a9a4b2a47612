/* Which changes are a few edits of one entry list, and which are more. */
#include "config.h"

#include "policy/field.h"
#include "policy/mem.h"
#include "tests/policy/unit.h"
#include "tui/few_edits.h"

static void
add_net(struct entries *entries, uint32_t addr, const char *comment)
{
	struct entry e = { .net = { 4, addr, addr }, .comment = comment };

	entries_add(entries, &e);
}

static struct policy *
make_policy(void)
{
	struct policy *p = policy_new();
	struct server *s = server_new("internet");
	struct route route = { 0 };
	struct err err;

	policy_add_list(p, list_new("long"));
	policy_add_server(p, s);
	for (uint32_t i = 0; i < 1000; i++) {
		add_net(&p->lists[0]->entries, i * 3, i % 10 ? NULL : "ten");
		add_net(&s->relay, i * 5, NULL);
	}
	assert_true(route_parse(&route, "example.com", 11, &err));
	server_add_route(s, route);
	return p;
}

static void
change_entries(struct list *list)
{
	struct entry gone = { .net = { 4, 3, 3 } };

	add_net(&list->entries, 1, "new");
	add_net(&list->entries, 30, "eleven"); /* another comment */
	entries_remove(&list->entries, &gone);
}

static void
test_list(void **state)
{
	struct policy *p = make_policy();
	struct list *copy = list_copy(p->lists[0]);
	struct change change = { OBJECT_LIST, "long", copy };
	struct few_edits few;

	(void)state;
	assert_false(few_edits_find(&few, p, &change)); /* none at all */
	change_entries(copy);
	assert_true(few_edits_find(&few, p, &change));
	assert_int_equal(few.edits.count, 3);
	assert_string_equal(few.edits.where.list, "long");
	assert_null(few.edits.where.server);
	for (uint32_t i = 0; i < FEW_EDITS - 2; i++)
		add_net(&copy->entries, 5000 + i, NULL);
	assert_false(few_edits_find(&few, p, &change)); /* one too many */
	list_free(copy);
	policy_free(p);
}

static void
test_more(void **state)
{
	struct policy *p = make_policy();
	struct list *copy = list_copy(p->lists[0]);
	struct change change = { OBJECT_LIST, "long", copy };
	struct few_edits few;

	(void)state;
	change_entries(copy);
	copy->comment = mem_text("about it");
	assert_false(few_edits_find(&few, p, &change));
	mem_drop(&copy->comment);
	free(copy->name);
	copy->name = mem_text("other");
	assert_false(few_edits_find(&few, p, &change));
	change.old_name = "other";
	assert_false(few_edits_find(&few, p, &change)); /* there is none */
	change.old_name = NULL;
	assert_false(few_edits_find(&few, p, &change));
	change = (struct change){ OBJECT_LIST, "long", NULL };
	assert_false(few_edits_find(&few, p, &change));
	list_free(copy);
	policy_free(p);
}

static void
test_server(void **state)
{
	struct policy *p = make_policy();
	struct server *copy = server_copy(p->servers[0]);
	struct change change = { OBJECT_SERVER, "internet", copy };
	struct few_edits few;

	(void)state;
	add_net(&copy->relay, 1, NULL);
	assert_true(few_edits_find(&few, p, &change));
	assert_string_equal(few.edits.where.server, "internet");
	assert_string_equal(few.edits.where.slot->name, "relay");
	copy->routes[0].action = ROUTE_REJECT;
	assert_false(few_edits_find(&few, p, &change));
	copy->routes[0].action = ROUTE_INBOUND;
	copy->clients.enabled = true;
	assert_false(few_edits_find(&few, p, &change));
	copy->clients.enabled = false;
	add_net(&copy->never, 1, NULL); /* a second slot */
	assert_false(few_edits_find(&few, p, &change));
	server_free(copy);
	policy_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
