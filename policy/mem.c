#include "config.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

static _Thread_local jmp_buf *escape; /* of the innermost mem_try() */

_Noreturn static void
out_of_memory(void)
{
	static const char text[] = "relayadm: out of memory\n";
	ssize_t n;

	if (escape)
		longjmp(*escape, 1);
	n = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)n;
	exit(3);
}

void *
mem_new(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
mem_resize(void *old, size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory();
	p = realloc(old, bytes ? bytes : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *
mem_grow(void *old, size_t len, size_t *cap, size_t size)
{
	if (len < *cap)
		return old;
	*cap = *cap ? *cap * 2 : 8;
	return mem_resize(old, *cap, size);
}

char *
mem_textn(const char *text, size_t len)
{
	char *p = mem_new(len + 1, 1);

	if (len)
		memcpy(p, text, len);
	return p;
}

char *
mem_text(const char *text)
{
	return text ? mem_textn(text, strlen(text)) : NULL;
}

char *
mem_text_or_null(const char *text)
{
	return text && *text ? mem_text(text) : NULL;
}

void
mem_drop(char **text)
{
	free(*text);
	*text = NULL;
}

bool
mem_try(void (*work)(void *context), void *context)
{
	jmp_buf *outer = escape;
	jmp_buf here;

	if (setjmp(here)) {
		escape = outer;
		return false;
	}
	escape = &here;
	work(context);
	escape = outer;
	return true;
}
