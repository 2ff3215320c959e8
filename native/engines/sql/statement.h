// mortise_context.statement: the way from a query that is being routed to what is known of its text.
#pragma once

#include "engines/sql/texts.h"

#include <mortise/sql.h>

// Made once for a question and good for every query that is asked through it, so that a query whose tree nobody reads
// costs nothing.
struct mortise_statement {
  mortise::SqlTexts &texts;
  const mortise_context &context;
  const uint32_t &number;                // of kept SQL; 0: none
  std::vector<mortise::SqlText *> &kept; // by their numbers; null: not looked for yet
  const uint32_t &depth;                 // how many queries are being asked, one within the other

  // Known under its number.
  mortise::SqlText *known() const {
    mortise::SqlText *text = number < kept.size() ? kept[number] : nullptr;
    if (text) text->used = true;
    return text;
  }
  mortise::SqlText &find() const;
};
