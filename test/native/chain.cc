// The chain of plugins and the slot that JavaScript writes: right for what fits, safe for what doesn't.
#include "routing/chain.h"
#include "check.h"

#include <cstring>
#include <vector>

using namespace mortise;

namespace {

mortise_route answer;
int32_t status;
int asked;

int32_t scripted(const mortise_context *, mortise_route *route, void *) {
  asked++;
  CHECK(route->size == sizeof *route && route->target == 0 && route->read_write == 0 && route->shard == 0);
  CHECK(route->sqlstate[0] == 0 && route->reason[0] == 0);
  *route = answer;
  return status;
}

int32_t decides(const mortise_context *, mortise_route *route) {
  return mortise_direct(route, 1);
}

// Reads all that it is given, so that a sanitizer sees what it may not.
int32_t reads(const mortise_context *context, mortise_route *route) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < context->sql.size; i++)
    sum += static_cast<uint8_t>(context->sql.data[i]);
  for (uint64_t p = 0; p < context->parameter_count; p++) {
    const mortise_parameter &parameter = context->parameters[p];
    CHECK(parameter.is_null ? !parameter.data && parameter.size == 0 : true);
    CHECK(parameter.format == MORTISE_FORMAT_TEXT || parameter.format == MORTISE_FORMAT_BINARY);
    for (uint64_t i = 0; i < parameter.size; i++)
      sum += parameter.data[i];
  }
  return mortise_direct(route, sum % context->shards);
}

struct Memory {
  size_t size;
  std::unique_ptr<uint64_t[]> words; // on the heap, and no larger than it says
  Slot slot;

  Memory(uint32_t parameters, size_t bytes)
      : size((slot_size(parameters) + bytes + 7) / 8 * 8), words(new uint64_t[size / 8]()),
        slot(words.get(), size, parameters) {
    slot.header->context.shards = 4;
    slot.header->context.has_primary = 1;
  }
  ShortParameter *shorts() { return reinterpret_cast<ShortParameter *>(slot.header + 1); }
  LongParameter *descriptors() {
    return reinterpret_cast<LongParameter *>(reinterpret_cast<char *>(shorts() + short_parameters) +
                                             short_parameters * short_size);
  }
};

struct Outcome {
  int32_t status;
  int32_t target;
  int32_t access;
  uint64_t shard;
  int32_t fault; // 0: none
};

void reports_faults() {
  Chain chain;
  chain.relink({{scripted, nullptr}, plugin_link(decides)});
  const Outcome outcomes[] = {
      {0, 1, 0, 3, 0},
      {0, 2, 2, 99, 0},
      {0, 3, 1, 0, 0},
      {0, 0, 1, 0, 0},
      {0, 1, 0, 4, fault_shard},
      {0, 1, 0, UINT64_MAX, fault_shard},
      {0, 1, 0, 1ull << 32, fault_shard},
      {0, 4, 0, 0, fault_target},
      {0, -1, 0, 0, fault_target},
      {0, INT32_MIN, 0, 0, fault_target},
      {0, 1, 3, 0, fault_access},
      {0, 0, -1, 0, fault_access},
      {-1, 1, 0, 0, fault_status},
      {2, 1, 0, 0, fault_status},
      {INT32_MAX, 1, 0, 0, fault_status},
  };
  Memory memory(1, 8);
  CHECK(memory.slot.read_long(nullptr));
  for (const Outcome &outcome : outcomes) {
    answer = {sizeof answer, outcome.target, outcome.access, 0, outcome.shard, "", ""};
    status = outcome.status;
    SlotHeader &header = *memory.slot.header;
    chain.decide(header);
    if (outcome.fault == 0) {
      CHECK(header.decider == 0 && header.target == outcome.target && header.read_write == outcome.access);
      CHECK(header.fault_count == 0);
    } else {
      CHECK(header.decider == 1 && header.target == MORTISE_TARGET_DIRECT && header.shard == 1);
      CHECK(header.fault_count == 1 && header.faults[0].plugin == 0 &&
            header.faults[0].kind == outcome.fault);
    }
  }
  for (const int32_t no_opinion : {MORTISE_PASS, MORTISE_OK}) {
    status = no_opinion;
    answer = {sizeof answer, 0, 0, 0, 3, "", ""};
    chain.decide(*memory.slot.header);
    CHECK(memory.slot.header->decider == 1 && memory.slot.header->fault_count == 0);
  }
}

// The text up to its first zero and nothing behind it; only of a query that is blocked.
void hands_on_reasons() {
  Chain chain;
  chain.relink({{scripted, nullptr}, plugin_link(decides)});
  Memory memory(1, 8);
  CHECK(memory.slot.read_long(nullptr));
  SlotHeader &header = *memory.slot.header;
  const Reason &reason = reason_of(header);
  status = MORTISE_OK;
  const auto decide = [&](int32_t target, const char *sqlstate, const char *text) {
    memset(&answer, 'x', sizeof answer);
    answer.target = target;
    answer.read_write = 0;
    answer.shard = 0;
    if (sqlstate) strcpy(answer.sqlstate, sqlstate);
    if (text) strcpy(answer.reason, text);
    chain.decide(header);
  };
  decide(MORTISE_TARGET_BLOCKED, "57P03", "closed");
  CHECK(header.decider == 0 && header.fault_count == has_reason);
  CHECK(!strcmp(reason.sqlstate, "57P03") && !strcmp(reason.text, "closed"));
  for (size_t i = 6; i < sizeof reason.text; i++)
    CHECK(reason.text[i] == 0);
  decide(MORTISE_TARGET_BLOCKED, "", "a longer one");
  CHECK(header.fault_count == has_reason && !reason.sqlstate[0] && !strcmp(reason.text, "a longer one"));
  decide(MORTISE_TARGET_BLOCKED, "57P03", "");
  CHECK(header.fault_count == has_reason && !strcmp(reason.sqlstate, "57P03") && !reason.text[0]);
  // Without a zero: all of the array, and no byte more.
  decide(MORTISE_TARGET_BLOCKED, nullptr, nullptr);
  CHECK(header.fault_count == has_reason);
  for (const char byte : reason.text)
    CHECK(byte == 'x');
  decide(MORTISE_TARGET_BLOCKED, "", "");
  CHECK(header.decider == 0 && header.fault_count == 0);
  for (const int32_t target : {MORTISE_TARGET_ALL, MORTISE_TARGET_DIRECT}) {
    decide(target, "57P03", "closed");
    CHECK(header.decider == 0 && header.fault_count == 0);
  }
  // Another plugin decided.
  status = MORTISE_PASS;
  decide(MORTISE_TARGET_BLOCKED, "57P03", "closed");
  CHECK(header.decider == 1 && header.fault_count == 0);
}

void explains_each_link() {
  Chain chain;
  std::vector<Link> links(20, {scripted, nullptr});
  links.push_back(plugin_link(decides));
  links.push_back({scripted, nullptr});
  chain.relink(links);
  Memory memory(1, 8);
  CHECK(memory.slot.read_long(nullptr));
  SlotHeader &header = *memory.slot.header;
  answer = {sizeof answer, MORTISE_TARGET_DIRECT, 0, 0, 4, "", ""};
  status = MORTISE_OK;
  asked = 0;
  const std::vector<Asked> said = chain.explain(header);
  CHECK(asked == 20 && said.size() == 21 && header.decider == 20 && header.shard == 1 &&
        header.fault_count == 0);
  for (size_t i = 0; i < 20; i++)
    CHECK(!said[i].decided && said[i].fault.kind == fault_shard && said[i].fault.value == 4);
  CHECK(said[20].decided && said[20].fault.kind == 0 && said[20].nanoseconds >= 0);
  CHECK(Chain().explain(header).empty() && header.decider == -1);
  answer = {sizeof answer, MORTISE_TARGET_BLOCKED, 0, 0, 0, "57P03", "closed"};
  CHECK(chain.explain(header).size() == 1 && header.fault_count == has_reason && header.busy == 0);
}

void counts_more_faults_than_it_keeps() {
  Chain chain;
  std::vector<Link> links(1000, {scripted, nullptr});
  links.push_back(plugin_link(decides));
  chain.relink(links);
  status = -1;
  asked = 0;
  Memory memory(1, 8);
  CHECK(memory.slot.read_long(nullptr));
  chain.decide(*memory.slot.header);
  CHECK(asked == 1000 && memory.slot.header->fault_count == 1000 && memory.slot.header->decider == 1000);
  Chain().decide(*memory.slot.header);
  CHECK(memory.slot.header->decider == -1 && memory.slot.header->fault_count == 0);
}

// What a slot says goes wrong only in a bug of src/capabilities/routing/slot.ts; then it may not become a wild read.
void survives_hostile_slots() {
  Chain chain;
  chain.relink({plugin_link(reads)});
  Numbers numbers(7);
  const LongParameter sizes[] = {
      parameter_is_null, parameter_is_argument, -3,     INT32_MIN, 0, 1, 2, 3, 14, 16, 17, 128,
      INT32_MAX,         INT32_MAX - 1,         1 << 30};
  int fitted = 0;
  for (int round = 0; round < 100000; round++) {
    const uint32_t capacity = static_cast<uint32_t>(numbers.below(9));
    Memory memory(capacity, numbers.below(8) * 8);
    SlotHeader &header = *memory.slot.header;
    const uint32_t counts[] = {0, 1, capacity, capacity + 1, 1000, UINT32_MAX};
    header.parameter_count = counts[numbers.below(6)];
    for (uint32_t i = 0; i < capacity; i++)
      memory.descriptors()[i] = sizes[numbers.below(15)];
    const std::string content = "argument";
    const ExactText exact(content);
    const mortise_text texts[argument_parameters] = {exact, exact, exact, exact};
    CHECK(memory.slot.long_count() <= capacity);
    if (!memory.slot.read_long(texts)) continue;
    fitted++;
    header.context.sql = exact;
    chain.decide(header);
    CHECK(header.decider == 0 && header.context.parameter_count <= capacity && header.busy == 0);
  }
  CHECK(fitted > 1000);
}

// JavaScript writes only sizes and bytes; where they lie and what else plugins read stays as it was made.
void reads_short_questions() {
  Chain chain;
  chain.relink({plugin_link(reads)});
  Memory memory(0, 0);
  SlotHeader &header = *memory.slot.header;
  for (uint32_t count = 0; count <= short_parameters; count++) {
    for (uint32_t i = 0; i < count; i++) {
      memory.shorts()[i].size = i % (short_size + 1);
      memset(const_cast<uint8_t *>(memory.shorts()[i].data), 'a', short_size);
    }
    header.parameter_count = count;
    CHECK(memory.slot.read_short());
    CHECK(header.context.parameter_count == count && header.context.size == sizeof header.context);
    CHECK(header.context.shards == 4 && header.context.has_primary == 1);
    header.context.sql = {"sql", 3};
    chain.decide(header);
    CHECK(header.decider == 0 && header.fault_count == 0);
  }
  for (const uint32_t count : {short_parameters + 1, 1000u, UINT32_MAX}) {
    header.parameter_count = count;
    CHECK(!memory.slot.read_short());
  }
}

// A link is a function and a context of its own, so that one function may stand for many plugins.
int32_t counts(const mortise_context *, mortise_route *, void *context) {
  ++*static_cast<int *>(context);
  return MORTISE_PASS;
}

// What a link does that takes plugins away while the chain is being walked.
struct Relinking {
  Chain *chain;
  int *later;
};

int32_t relinks(const mortise_context *, mortise_route *, void *context) {
  const Relinking &relinking = *static_cast<Relinking *>(context);
  for (int round = 0; round < 3; round++)
    relinking.chain->relink({{counts, relinking.later}});
  return MORTISE_PASS;
}

void asks_links_with_their_contexts() {
  Chain chain;
  Memory memory(1, 8);
  int calls[3] = {};
  Relinking relinking{&chain, &calls[2]};
  chain.relink({{counts, &calls[0]}, {relinks, &relinking}, {counts, &calls[1]}, plugin_link(decides)});
  CHECK(memory.slot.read_long(nullptr));
  chain.decide(*memory.slot.header);
  // The walk goes on with the links that it began with.
  CHECK(calls[0] == 1 && calls[1] == 1 && calls[2] == 0 && memory.slot.header->decider == 3);
  chain.decide(*memory.slot.header);
  CHECK(calls[0] == 1 && calls[1] == 1 && calls[2] == 1 && memory.slot.header->decider == -1);
  chain.relink({});
  chain.decide(*memory.slot.header);
  CHECK(calls[2] == 1 && memory.slot.header->decider == -1);
}

std::string text_of(const Chain &chain, uint32_t statement) {
  mortise_context context = {};
  chain.describe(statement, context);
  return std::string(context.sql.data, context.sql.size);
}

void keeps_texts() {
  Chain chain;
  Numbers numbers(3);
  std::vector<std::pair<uint32_t, std::string>> kept;
  for (int round = 0; round < 20000; round++) {
    if (kept.size() < 50 || numbers.below(2) == 0) {
      const std::string sql(numbers.below(300), static_cast<char>('a' + numbers.below(26)));
      kept.emplace_back(chain.keep(sql), sql);
      CHECK(kept.back().first != 0);
    } else {
      const size_t at = numbers.below(kept.size());
      chain.forget(kept[at].first);
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(at));
    }
    const auto &[number, sql] = kept[numbers.below(kept.size())];
    CHECK(text_of(chain, number) == sql);
  }
  for (const uint32_t nobody : {0u, 1000000u, UINT32_MAX}) {
    CHECK(text_of(chain, nobody).empty());
    chain.forget(nobody);
  }
}

} // namespace

int main() {
  reports_faults();
  hands_on_reasons();
  explains_each_link();
  counts_more_faults_than_it_keeps();
  survives_hostile_slots();
  reads_short_questions();
  asks_links_with_their_contexts();
  keeps_texts();
  std::puts("ok");
}
