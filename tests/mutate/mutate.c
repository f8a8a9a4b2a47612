/* Makes small faults in a C source, one at a time, for run.sh:
 *
 *	mutate list FILE        one line each: number, line, operator, change
 *	mutate make FILE N      the source with the N-th fault
 *
 * It knows tokens, not types, and how this project is laid out: the return
 * type on a line of its own, binary operators between blanks. */
#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKENS 20000

struct token {
	size_t at, len;
	char kind; /* 'w'ord, 'n'umber, 's'tring, 'p'unctuation */
	bool blank_before;
};

struct source {
	char *text;
	size_t len;
	struct token tokens[TOKENS];
	size_t count;
};

/* One fault: the bytes from at on become the new text. */
struct fault {
	const char *operator;
	size_t at, len;
	char with[1000];
};

/* What is done with each fault, in order. */
struct work {
	const struct source *source;
	long wanted, number; /* wanted < 0: list all */
};

/* --- tokens ----------------------------------------------------------- */

static const char *const puncts[] = { "<<=", ">>=", "...", "->", "++", "--",
	"<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=",
	"%=", "&=", "|=", "^=" };

static size_t
quoted_len(const char *p)
{
	size_t n = 1;

	while (p[n] && p[n] != p[0])
		n += p[n] == '\\' && p[n + 1] ? 2 : 1;
	return n + 1;
}

static size_t
word_len(const char *p)
{
	size_t n = 0;

	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

static size_t
punct_len(const char *p)
{
	for (size_t i = 0; i < sizeof(puncts) / sizeof(puncts[0]); i++)
		if (!strncmp(p, puncts[i], strlen(puncts[i])))
			return strlen(puncts[i]);
	return 1;
}

/* Blanks, comments and directives; 0: a token begins here. */
static size_t
skipped(const struct source *s, size_t at)
{
	const char *p = s->text + at;
	size_t n = 0;

	if (isspace((unsigned char)*p))
		return 1;
	if (!strncmp(p, "/*", 2))
		return (size_t)(strstr(p + 2, "*/") - p) + 2;
	if (*p != '#' || (at && p[-1] != '\n'))
		return 0;
	while (p[n] && (p[n] != '\n' || p[n - 1] == '\\'))
		n++;
	return n;
}

static void
tokenize(struct source *s)
{
	size_t at = 0, n;

	while (at < s->len && s->count < TOKENS) {
		const char *p = s->text + at;
		struct token *t = &s->tokens[s->count];

		if ((n = skipped(s, at))) {
			at += n;
			continue;
		}
		t->at = at;
		t->blank_before = at && isspace((unsigned char)p[-1]);
		if (*p == '"' || *p == '\'')
			t->kind = 's', t->len = quoted_len(p);
		else if ((n = word_len(p)))
			t->kind = isdigit((unsigned char)*p) ? 'n' : 'w',
			t->len = n;
		else
			t->kind = 'p', t->len = punct_len(p);
		at += t->len;
		s->count++;
	}
}

static bool
is(const struct source *s, size_t i, const char *text)
{
	return i < s->count && s->tokens[i].len == strlen(text) &&
	    !memcmp(s->text + s->tokens[i].at, text, s->tokens[i].len);
}

/* The place behind the bracket that closes the one at i. */
static size_t
closed(const struct source *s, size_t i)
{
	int depth = 0;

	for (; i < s->count; i++) {
		if (is(s, i, "(") || is(s, i, "{") || is(s, i, "["))
			depth++;
		if (is(s, i, ")") || is(s, i, "}") || is(s, i, "]"))
			depth--;
		if (!depth)
			return i + 1;
	}
	return i;
}

/* --- what is done with a fault ---------------------------------------- */

static size_t
line_of(const struct source *s, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += s->text[i] == '\n';
	return line;
}

/* The bytes on one line, runs of blanks as one. */
static void
print_flat(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isspace((unsigned char)text[i]))
			putchar(text[i]);
		else if (i + 1 < len && !isspace((unsigned char)text[i + 1]))
			putchar(' ');
}

/* The lines that the fault is in, with their indentation left out. */
static void
print_change(const struct source *s, const struct fault *f)
{
	size_t begin = f->at, end = f->at + f->len;

	while (begin && s->text[begin - 1] != '\n')
		begin--;
	while (end < s->len && s->text[end] != '\n')
		end++;
	while (isspace((unsigned char)s->text[begin]))
		begin++;
	print_flat(s->text + begin, end - begin);
	putchar('\t');
	print_flat(s->text + begin, f->at - begin);
	putchar('[');
	print_flat(f->with, strlen(f->with));
	putchar(']');
	print_flat(s->text + f->at + f->len, end - f->at - f->len);
}

static void
meet(struct work *w, const struct fault *f)
{
	const struct source *s = w->source;

	w->number++;
	if (w->wanted < 0) {
		printf("%ld\t%zu\t%s\t", w->number, line_of(s, f->at),
		    f->operator);
		print_change(s, f);
		putchar('\n');
	} else if (w->number == w->wanted) {
		fwrite(s->text, 1, f->at, stdout);
		fputs(f->with, stdout);
		fwrite(s->text + f->at + f->len, 1, s->len - f->at - f->len,
		    stdout);
	}
}

static void
replace(struct work *w, size_t token, const char *operator, const char *with)
{
	const struct token *t = &w->source->tokens[token];
	struct fault f = { .operator = operator, .at = t->at, .len = t->len };

	snprintf(f.with, sizeof(f.with), "%s", with);
	meet(w, &f);
}

/* The tokens from first to before end become a text with %s for themselves. */
static void
wrap(struct work *w, size_t first, size_t end, const char *operator,
    const char *before, const char *after)
{
	const struct source *s = w->source;
	const struct token *last = &s->tokens[end - 1];
	struct fault f = { .operator = operator, .at = s->tokens[first].at };

	f.len = last->at + last->len - f.at;
	if (f.len + 20 > sizeof(f.with))
		return;
	snprintf(f.with, sizeof(f.with), "%s%.*s%s", before,
	    before[0] ? (int)f.len : 0, s->text + f.at, after);
	meet(w, &f);
}

/* --- operators -------------------------------------------------------- */

/* bare: also where no blanks stand around it. */
static const struct {
	const char *from, *to, *name;
	bool bare;
} swaps[] = {
	{ "<", "<=", "relation", false, },
	{ "<=", "<", "relation", false, },
	{ ">", ">=", "relation", false, },
	{ ">=", ">", "relation", false, },
	{ "==", "!=", "relation", false, },
	{ "!=", "==", "relation", false, },
	{ "&&", "||", "logic", false, },
	{ "||", "&&", "logic", false, },
	{ "+", "-", "arithmetic", false, },
	{ "-", "+", "arithmetic", false, },
	{ "*", "/", "arithmetic", false, },
	{ "/", "*", "arithmetic", false, },
	{ "%", "*", "arithmetic", false, },
	{ "<<", ">>", "arithmetic", false, },
	{ ">>", "<<", "arithmetic", false, },
	{ "&", "|", "arithmetic", false, },
	{ "|", "&", "arithmetic", false, },
	{ "+=", "-=", "arithmetic", false, },
	{ "-=", "+=", "arithmetic", false, },
	{ "|=", "&=", "arithmetic", false, },
	{ "&=", "|=", "arithmetic", false, },
	{ "++", "--", "arithmetic", true, },
	{ "--", "++", "arithmetic", true, },
	{ "true", "false", "constant", true, },
	{ "false", "true", "constant", true, },
	{ "break", "continue", "jump", true, },
	{ "continue", "break", "jump", true, },
};

static bool
between_blanks(const struct source *s, size_t i)
{
	return s->tokens[i].blank_before && i + 1 < s->count &&
	    s->tokens[i + 1].blank_before;
}

static void
swap_token(struct work *w, size_t i)
{
	const struct source *s = w->source;

	for (size_t k = 0; k < sizeof(swaps) / sizeof(swaps[0]); k++)
		if (is(s, i, swaps[k].from) &&
		    (swaps[k].bare || between_blanks(s, i)))
			replace(w, i, swaps[k].name, swaps[k].to);
}

/* 0 becomes 1, and n becomes n + 1 and n - 1. */
static void
change_number(struct work *w, size_t i)
{
	const struct token *t = &w->source->tokens[i];
	char *end;
	unsigned long long n = strtoull(w->source->text + t->at, &end, 0);
	char with[40];
	int suffix = (int)(w->source->text + t->at + t->len - end);

	if (t->kind != 'n')
		return;
	snprintf(with, sizeof(with), "%llu%.*s", n + 1, suffix, end);
	replace(w, i, "constant", with);
	if (!n)
		return;
	snprintf(with, sizeof(with), "%llu%.*s", n - 1, suffix, end);
	replace(w, i, "constant", with);
}

/* if (x), while (x) */
static void
negate_condition(struct work *w, size_t i)
{
	const struct source *s = w->source;

	if ((is(s, i, "if") || is(s, i, "while")) && is(s, i + 1, "("))
		wrap(w, i + 2, closed(s, i + 1) - 1, "condition", "!(", ")");
}

static void
drop_negation(struct work *w, size_t i)
{
	if (is(w->source, i, "!"))
		replace(w, i, "condition", "");
}

/* c ? x : y; of a && b it turns b. */
static void
swap_choice(struct work *w, size_t i)
{
	if (is(w->source, i, "?"))
		replace(w, i, "condition", "== 0 ?");
}

/* return x; of a function that says bool. */
static void
negate_return(struct work *w, size_t i, bool in_bool)
{
	const struct source *s = w->source;
	size_t end = i + 1;

	if (!in_bool || !is(s, i, "return"))
		return;
	while (end < s->count && !is(s, end, ";"))
		end++;
	if (end > i + 1 && !(end == i + 2 &&
	        (is(s, i + 1, "true") || is(s, i + 1, "false"))))
		wrap(w, i + 1, end, "return", "!(", ")");
}

/* --- statements ------------------------------------------------------- */

/* Does the bracket that is closed at i follow if, for or while? */
static bool
closes_head(const struct source *s, size_t i)
{
	int depth = 0;

	do {
		depth += is(s, i, ")") - is(s, i, "(");
		if (!depth)
			break;
	} while (i--);
	return i-- && (is(s, i, "if") || is(s, i, "for") || is(s, i, "while"));
}

static bool
begins_statement(const struct source *s, size_t i)
{
	size_t b = i - 1;

	if (!i)
		return false;
	return is(s, b, ";") || is(s, b, "{") || is(s, b, "}") ||
	    is(s, b, "else") || is(s, b, "do") ||
	    (is(s, b, ")") && closes_head(s, b));
}

static bool
is_keyword(const struct source *s, size_t i)
{
	static const char *const words[] = { "if", "for", "while", "do",
		"switch", "return", "case", "default", "else", "const",
		"struct", "static", "enum", "unsigned", "char", "int", "bool",
		"size_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t",
		"u128", "void", "typedef", "break", "continue", "extern",
		"inline", "union", "SPAN", "KEY", "OF" };

	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (is(s, i, words[k]))
			return true;
	return false;
}

/* A call, an assignment, ++ or --: up to its semicolon. */
static void
remove_statement(struct work *w, size_t i)
{
	const struct source *s = w->source;
	size_t end = i;

	if (!begins_statement(s, i) || is_keyword(s, i) ||
	    (s->tokens[i].kind != 'w' && !is(s, i, "*")) ||
	    s->tokens[i + 1].kind == 'w')
		return;
	for (; end < s->count && !is(s, end, ";"); end++)
		if (is(s, end, "{") || is(s, end, "}"))
			return;
	if (is(s, i, "va_start") || is(s, i, "va_end"))
		return;
	wrap(w, i, end, "statement", "", "");
}

/* --- all of them ------------------------------------------------------ */

/* Does the word before the function's name, on its own line, say bool? */
static bool
says_bool(const struct source *s, size_t brace)
{
	size_t i = brace;
	int depth = 0;

	do {
		i--;
		depth += is(s, i, ")") - is(s, i, "(");
	} while (i && (depth || !is(s, i, "(")));
	while (i && !is(s, i, "bool") && !is(s, i, ";") && !is(s, i, "}"))
		i--;
	return is(s, i, "bool");
}

static void
each_fault(struct work *w)
{
	const struct source *s = w->source;
	bool in_bool = false;
	int depth = 0, round = 0; /* brackets */

	for (size_t i = 0; i < s->count; i++) {
		round += is(s, i, "(") - is(s, i, ")");
		if (is(s, i, "{") && !depth++)
			in_bool = i && is(s, i - 1, ")") && says_bool(s, i);
		if (is(s, i, "}"))
			depth--;
		swap_token(w, i);
		change_number(w, i);
		negate_condition(w, i);
		drop_negation(w, i);
		swap_choice(w, i);
		negate_return(w, i, in_bool);
		if (depth && !round)
			remove_statement(w, i);
	}
}

static bool
read_source(struct source *s, const char *path)
{
	FILE *f = fopen(path, "r");
	bool ok = f != NULL;

	if (!ok)
		return false;
	s->text = calloc(1, 1 << 20);
	ok = s->text != NULL;
	if (ok)
		s->len = fread(s->text, 1, (1 << 20) - 1, f);
	ok = ok && !ferror(f) && feof(f);
	fclose(f);
	return ok;
}

int
main(int argc, char **argv)
{
	static struct source source;
	struct work w = { .source = &source, .wanted = -1 };
	bool list = argc == 3 && !strcmp(argv[1], "list");

	if (!list && (argc != 4 || strcmp(argv[1], "make"))) {
		fprintf(stderr, "usage: mutate list FILE | make FILE N\n");
		return 2;
	}
	if (!read_source(&source, argv[2])) {
		perror(argv[2]);
		return 1;
	}
	if (!list)
		w.wanted = strtol(argv[3], NULL, 10);
	tokenize(&source);
	each_fault(&w);
	free(source.text);
	if (list || (w.wanted > 0 && w.wanted <= w.number))
		return 0;
	fprintf(stderr, "mutate: %s has %ld faults\n", argv[2], w.number);
	return 1;
}
