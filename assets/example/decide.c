/* Asks one question of a policy document, as a policy service would:
 *
 *	relayadm dump >policy.json
 *	cc decide.c $(pkg-config --cflags --libs relaypolicy) -o decide
 *	./decide policy.json internet 192.0.2.7 user@example.com
 *
 * Exit status: 0 accepted, 1 not accepted, 2 no answer. */
#include <stdio.h>

#include <relaypolicy.h>

static int
print_servers(const struct relaypolicy *policy)
{
	size_t count = relaypolicy_server_count(policy);

	for (size_t i = 0; i < count; i++)
		printf("%s\n", relaypolicy_server_name(policy, i));
	return 0;
}

static int
ask(const struct relaypolicy *policy, char **words, int authenticated)
{
	struct relaypolicy_question question = {
		.size = sizeof(question),
		.server = words[0],
		.client = words[1],
		.recipient = words[2],
		.authenticated = authenticated,
	};
	struct relaypolicy_answer answer = { .size = sizeof(answer) };

	if (relaypolicy_decide(policy, &question, &answer) != RELAYPOLICY_OK) {
		fprintf(stderr, "decide: %s\n", answer.text);
		return 2;
	}
	printf("%s: row %d, %s: %s\n",
	    relaypolicy_decision_word(answer.decision), answer.row,
	    relaypolicy_row_title(answer.row), answer.text);
	return answer.decision != RELAYPOLICY_ACCEPT_INBOUND &&
	    answer.decision != RELAYPOLICY_ACCEPT_RELAY;
}

int
main(int argc, char **argv)
{
	char error[RELAYPOLICY_TEXT];
	struct relaypolicy *policy;
	int status;

	if (argc != 2 && argc != 5 && argc != 6) {
		fprintf(stderr, "usage: decide DOCUMENT "
		    "[SERVER CLIENT RECIPIENT [authenticated]]\n");
		return 2;
	}
	policy = relaypolicy_load_file(argv[1], error, sizeof(error));
	if (!policy) {
		fprintf(stderr, "decide: %s\n", error);
		return 2;
	}
	status = argc == 2 ? print_servers(policy)
	                   : ask(policy, argv + 2, argc == 6);
	relaypolicy_free(policy);
	return status;
}
