/* A list as they are found: half single hosts, 45 % blocks, 5 % IPv6; one line
 * in fifty has a comment, one in forty stands twice, and blocks overlap.  The
 * same each time.
 *
 *	make_list LINES >FILE */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t seed = 1;

static uint32_t
next_random(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 32);
}

static void
print_v4(uint32_t addr, unsigned prefix)
{
	uint32_t a = prefix ? addr & ~(uint32_t)0 << (32 - prefix) : 0;

	printf("%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
	if (prefix < 32)
		printf("/%u", prefix);
}

static void
print_entry(uint32_t kind, uint32_t addr)
{
	static const unsigned prefixes[] = { 24, 24, 24, 23, 22, 28, 29, 30,
		20 };

	if (kind < 50)
		print_v4(addr, 32);
	else if (kind < 95)
		print_v4(addr, prefixes[addr % 9]);
	else if (kind < 99)
		printf("2001:%x:%x:%x::/64", addr >> 16 & 0xfff, addr & 0xffff,
		    addr >> 8 & 0xffff);
	else
		printf("2a02:%x:%x::/48", addr >> 16 & 0xfff, addr & 0xffff);
}

int
main(int argc, char **argv)
{
	long lines = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
	uint32_t kind = 0, addr = 0;

	printf("# a list of %ld lines\n", lines);
	for (long i = 1; i < lines; i++) {
		if (next_random() % 40) {
			kind = next_random() % 100;
			addr = next_random();
		}
		print_entry(kind, addr);
		if (next_random() % 50 == 0)
			printf(" # seen in case %u", next_random() % 9999);
		putchar('\n');
	}
	return ferror(stdout) != 0;
}
