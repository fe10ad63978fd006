#include "crelease.h"

const char *crelease_commit(void) { return OBS_BUILD_COMMIT; }

const char *crelease_date(void) { return OBS_BUILD_DATE; }
