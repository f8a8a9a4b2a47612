/* Decimal numbers from text: digits only, no sign, no blanks. */
#ifndef POLICY_NUMBER_H
#define POLICY_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False when the text is empty, has anything but digits, a leading zero, or is
 * over max. */
bool number_parse(uint32_t *number, const char *text, size_t len,
    uint32_t max);

#endif
