/* The script assets/gate/relayadm-gate.sh, compiled in. */
#ifndef REMOTE_GATE_SCRIPT_H
#define REMOTE_GATE_SCRIPT_H

extern const char *const gate_script[]; /* lines with their ends, then NULL */

#endif
