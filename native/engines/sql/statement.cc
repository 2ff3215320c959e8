#include "engines/sql/statement.h"

mortise::SqlText &mortise_statement::find() const {
  if (mortise::SqlText *text = known()) return *text;
  const std::string_view sql(context.sql.data, static_cast<size_t>(context.sql.size));
  mortise::SqlText &text = texts.find(sql, depth <= 1);
  if (number != 0 && number < kept.size()) {
    kept[number] = &text;
    text.places.push_back({&kept, number});
  }
  return text;
}
