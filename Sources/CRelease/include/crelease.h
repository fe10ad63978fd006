/* What the build was told about itself, in C because only there a build's definitions become texts. */
#ifndef CRELEASE_H
#define CRELEASE_H

/* The commit that was built, abbreviated; "unknown" in a plain `swift build`. */
const char *crelease_commit(void);

/* The day on which it was built, as 2026-01-31; "unknown" in a plain `swift build`. */
const char *crelease_date(void);

#endif
