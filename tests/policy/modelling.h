/* How the model reads texts, for its own files only. */
#ifndef TESTS_POLICY_MODELLING_H
#define TESTS_POLICY_MODELLING_H

#include "model.h"

void m_read_addr(const char *text, int *family, m128 *addr);
void m_read_range(const char *text, struct m_range *range);
m128 m_top(int family);
/* first with that many bits in front, all others one. */
m128 m_fill(int family, m128 first, int prefix);
/* Lower case, A-labels, without one trailing dot. */
void m_normalise(const char *text, char *name, size_t size);

#endif
