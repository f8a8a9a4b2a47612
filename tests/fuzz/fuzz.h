/* A fuzz target: takes any bytes, ends by demand() when a promise is broken.
 * libFuzzer calls it (--enable-fuzzing), or replay.c on a folder of inputs. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define demand(condition)                                             \
	do {                                                          \
		if (!(condition)) {                                   \
			fprintf(stderr, "%s:%d: not so: %s\n",        \
			    __FILE__, __LINE__, #condition);          \
			abort();                                      \
		}                                                     \
	} while (0)

#endif
