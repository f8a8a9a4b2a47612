/* The scripts of assets/gate, compiled in. */
#ifndef REMOTE_GATE_SCRIPT_H
#define REMOTE_GATE_SCRIPT_H

/* Lines with their ends, then NULL. */
extern const char *const gate_script[];
extern const char *const setup_script[];

#endif
