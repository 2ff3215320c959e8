// What plugins hand to mortise.collect, looked at before anything believes it.
#pragma once

#include "engines/collect/notification.h"
#include "engines/collect/sample.h"
#include "engines/problems.h"

#include <mortise/collect.h>

#include <string>

namespace mortise {

// Each answers false, and fills `problem`, when something isn't as include/mortise/collect.h says.
bool check_callbacks(const mortise_collect_callbacks *callbacks, Problem &problem);
bool check_set(const mortise_collect_set *set, collect::DataSet &made, Problem &problem);
// `metadata` gets the plugin's, and `made` points at it and at what `from` points at. An empty plugin is `plugin`.
bool check_report(const mortise_collect_report *from, const std::string &plugin, collect::Report &made,
                  collect::Metadata &metadata, Problem &problem);
bool check_notification(const mortise_collect_notification *from, collect::Notification &made,
                        Problem &problem);

// Those that aren't null, as MORTISE_COLLECT_READ ….
uint32_t kinds_of(const mortise_collect_callbacks &callbacks);

} // namespace mortise
