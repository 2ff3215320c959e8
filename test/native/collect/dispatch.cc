// From a report to the writers: what is refused, what the cache makes of it, and who gets it.
#include "collecting.h"

#include <cmath>
#include <limits>

namespace {

Someone reader("reader"), other("other");

struct Kept {
  std::mutex mutex;
  std::vector<std::string> texts;
  std::vector<double> rates;
  Write write() {
    return [this](const Sample *const *samples, size_t count) {
      CHECK(count >= 1 && count <= max_batch);
      std::lock_guard<std::mutex> lock(mutex);
      for (size_t i = 0; i < count; i++) {
        texts.push_back(samples[i]->series->text);
        rates.push_back(samples[i]->rates()[0]);
      }
      return 0;
    };
  }
};

void what_is_dispatched_is_written() {
  Kept first, second;
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  CHECK(collector.add_writer(&other, "first", first.write(), problem));
  CHECK(collector.add_writer(&other, "second", second.write(), problem));
  const Time start = now();
  for (int i = 0; i < 3000; i++)
    CHECK(send(collector, &reader, called("gauge"), gauge(i), start + i + 1) == outcome_dispatched);
  CHECK(collector.drain(10s));
  for (Kept *kept : {&first, &second}) {
    CHECK(kept->texts.size() == 3000 && kept->texts[0] == "here/test/gauge");
    for (int i = 0; i < 3000; i++)
      CHECK(kept->rates[static_cast<size_t>(i)] == i);
  }
  const auto known = collector.cache().find({"here", "test", "", "gauge", ""});
  CHECK(known && known->rates[0] == 2999 && known->time == start + 3000 &&
        known->interval == of_seconds(0.05));
  CHECK(collector.counts().dispatched == 3000 && collector.counts().series == 1);
  CHECK(collector.write("second", {called("gauge", "only"), &known->values[0], 1}) == 0);
  CHECK(collector.write("third", {called("gauge", "only"), &known->values[0], 1}) == outcome_no_writer);
  CHECK(collector.drain(10s) && first.texts.size() == 3000 && second.texts.size() == 3001);
  CHECK(second.texts.back() == "here/test/gauge-only" && collector.counts().series == 1);
  CHECK(collector.shut_down(10s));
  CHECK(send(collector, &reader, called("gauge"), gauge(1)) == outcome_closed);
}

void what_is_wrong_is_refused() {
  Kept kept;
  Collector collector(quick());
  add_types(collector.types);
  Told told(collector);
  Problem problem;
  CHECK(collector.add_writer(&other, "writer", kept.write(), problem));
  CHECK(send(collector, &reader, called("nothing"), gauge(1)) == outcome_unknown_type);
  CHECK(send(collector, &reader, called("if_octets"), gauge(1)) == outcome_wrong_count);
  CHECK(send(collector, &reader, called("nothing"), gauge(1)) == outcome_unknown_type);
  const std::string long_name(200, 'x'), longest(127, 'x'), zero("a\0b", 3);
  CHECK(send(collector, &reader, called(long_name), gauge(1)) == outcome_invalid);
  CHECK(send(collector, &reader, called("gauge", long_name), gauge(1)) == outcome_invalid);
  CHECK(send(collector, &reader, called("gauge", zero), gauge(1)) == outcome_invalid);
  CHECK(send(collector, &reader, called(""), gauge(1)) == outcome_invalid);
  CHECK(send(collector, &reader, {"", "", "", "gauge", ""}, gauge(1)) == outcome_invalid);
  CHECK(send(collector, &reader, called("gauge"), gauge(1), now() + 2 * 86400 * second) == outcome_invalid);
  CHECK(send(collector, &reader, called("gauge", longest), gauge(1)) == outcome_dispatched);
  // Each reason is told once in a second.
  CHECK(told.count("MORTISE_WARN_COLLECT_REFUSED", &reader) == 3);
  const auto counts = collector.counts();
  CHECK(counts.unknown_type == 2 && counts.wrong_count == 1 && counts.invalid == 6);
  // Late: the cache keeps what it has, and the writers get it as they do from collectd.
  const Time time = now();
  CHECK(send(collector, &reader, called("gauge", "late"), gauge(1), time) == outcome_dispatched);
  CHECK(send(collector, &reader, called("gauge", "late"), gauge(2), time) == outcome_out_of_order);
  CHECK(send(collector, &reader, called("gauge", "late"), gauge(3), 1) == outcome_out_of_order);
  CHECK(collector.cache().find({"here", "test", "", "gauge", "late"})->rates[0] == 1);
  CHECK(collector.counts().out_of_order == 2);
  CHECK(collector.drain(10s) && kept.texts.size() == 4);
  CHECK(send(collector, &reader, called("gauge", "nan"), gauge(std::nan(""))) == outcome_dispatched);
  CHECK(std::isnan(collector.cache().find({"here", "test", "", "gauge", "nan"})->rates[0]));
}

// What a plugin's author reads of it; an owner each, for a reason is told once in a second.
void what_is_invalid_is_said() {
  std::string said;
  Collector collector(quick());
  add_types(collector.types);
  collector.set_report([&](Owner *, Problem problem) { said = problem.found; });
  const auto found = [&](Someone &owner, const Identity &identity, Time time = 0) {
    CHECK(send(collector, &owner, identity, gauge(1), time) == outcome_invalid);
    return said;
  };
  static Someone plugin("1"), instance("2"), type("3"), zero("4"), ahead("5");
  CHECK(found(plugin, {"", "", "", "gauge", ""}) == "its plugin is empty");
  CHECK(found(instance, called("gauge", std::string(200, 'x'))) == "its type instance has 200 bytes");
  CHECK(found(type, called("")) == "its type is empty");
  CHECK(found(zero, called("gauge", std::string("a\0b", 3))) == "its type instance has a zero byte");
  CHECK(found(ahead, called("gauge"), now() + 3 * 86400 * second) == "its time is 72 hours ahead");
}

void slashes_are_escaped() {
  Collector collector(quick());
  add_types(collector.types);
  const auto dispatched = [&](const char *instance) {
    CHECK(send(collector, &reader, called("gauge", instance), gauge(1)) == outcome_dispatched);
  };
  dispatched("/");
  dispatched("/var/log");
  dispatched("a/b/");
  dispatched("root-");
  dispatched("//");
  for (const char *name : {"root", "var_log", "a_b_", "root-", "_"})
    CHECK(collector.cache().find({"here", "test", "", "gauge", name}));
  Identity identity;
  CHECK(Identity::parse("h/p-i-j/t-a/b", identity) && identity.plugin_instance == "i-j");
  CHECK(identity.type == "t" && identity.type_instance == "a/b");
  for (const char *text : {"", "h", "h/p", "/p/t", "h//t", "h/p/", "h/-i/t"})
    CHECK(!Identity::parse(text, identity));
}

double rate_of(Collector &collector, const char *type, Value before, Value after, Time elapsed = second) {
  static int runs = 0;
  const std::string instance = std::to_string(runs++);
  const Time time = now() - 100 * second;
  CHECK(send(collector, &reader, called(type, instance), before, time) == 0);
  CHECK(send(collector, &reader, called(type, instance), after, time + elapsed) == 0);
  return collector.cache().find({"here", "test", "", type, instance})->rates[0];
}

void rates_are_as_with_collectd() {
  Collector collector(quick());
  add_types(collector.types);
  CHECK(rate_of(collector, "counter", number(10), number(30), 2 * second) == 10);
  CHECK(rate_of(collector, "counter", number(UINT32_MAX), number(4)) == 5);
  CHECK(rate_of(collector, "counter", number(UINT64_MAX), number(4)) == 5);
  CHECK(rate_of(collector, "counter", number(uint64_t{UINT32_MAX} + 1), number(0)) == 18446744069414584320.0);
  CHECK(rate_of(collector, "gauge", gauge(5), gauge(-2.5)) == -2.5);
  CHECK(rate_of(collector, "signed", number(10), number(static_cast<uint64_t>(-10)), 4 * second) == -5);
  CHECK(std::isnan(rate_of(collector, "derive", number(10), number(5)))); // below its minimum
  CHECK(rate_of(collector, "absolute", number(7), number(9), second / 2) == 18);
  CHECK(rate_of(collector, "percent", gauge(50), gauge(100.1)) == 100.1);
  CHECK(std::isnan(rate_of(collector, "percent", gauge(50), gauge(100.2))));
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(rate_of(collector, "gauge", gauge(1), gauge(infinity)) == infinity);
  // The first of an absolute value is what came in one interval; that of a counter says nothing.
  CHECK(send(collector, &reader, called("absolute", "first"), number(100)) == 0);
  CHECK(collector.cache().find({"here", "test", "", "absolute", "first"})->rates[0] ==
        100 / in_seconds(collector.options().interval));
  CHECK(send(collector, &reader, called("counter", "first"), number(1)) == 0);
  CHECK(std::isnan(collector.cache().find({"here", "test", "", "counter", "first"})->rates[0]));
}

void the_cache_answers() {
  Collector collector(quick());
  add_types(collector.types);
  Cache &cache = collector.cache();
  const Identity name = {"here", "test", "", "gauge", ""};
  CHECK(!cache.find(name) && !cache.history(name, 3) && !cache.set_state(name, 1) &&
        !cache.add_hits(name, 1));
  const Time time = now() - 100 * second;
  const auto say = [&](int i) {
    CHECK(send(collector, &reader, called("gauge"), gauge(i), time + static_cast<Time>(i)) == 0);
  };
  say(1);
  say(2);
  const auto before = *cache.history(name, 3);
  CHECK(before.size() == 3 && std::isnan(before[0]) && std::isnan(before[1]) && before[2] == 2);
  for (int i = 3; i < 10; i++)
    say(i);
  CHECK((*cache.history(name, 3) == std::vector<double>{7, 8, 9}));
  CHECK((*cache.history(name, 2) == std::vector<double>{8, 9}));
  const auto longer = *cache.history(name, 5);
  CHECK(std::isnan(longer[0]) && longer[2] == 7 && longer[4] == 9);
  CHECK(cache.set_state(name, 3) && cache.set_hits(name, 4) && *cache.add_hits(name, 2) == 4);
  CHECK(cache.with_metadata(name, [](Metadata &facts) { facts["unit"] = std::string("W"); }));
  const auto known = cache.find(name);
  CHECK(known->state == 3 && known->hits == 6 && std::get<std::string>(known->metadata.at("unit")) == "W");
  size_t seen = 0;
  cache.each([&](const Series &series, const Cache::Known &one) {
    CHECK(series.text == "here/test/gauge" && one.rates[0] == 9);
    seen++;
  });
  CHECK(seen == 1);
}

void a_data_set_may_change() {
  Kept kept;
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  CHECK(collector.add_writer(&other, "writer", kept.write(), problem));
  CHECK(send(collector, &reader, called("gauge"), gauge(1)) == 0);
  CHECK(collector.types.add({"gauge", {{"a", Kind::gauge, 0, 1}, {"b", Kind::gauge, 0, 1}}}, problem));
  CHECK(send(collector, &reader, called("gauge"), gauge(1)) == outcome_wrong_count);
  const Value two[] = {gauge(1), gauge(2)};
  CHECK(collector.dispatch(&reader, {called("gauge"), two, 2}) == 0);
  CHECK(collector.types.remove("gauge") && !collector.types.remove("gauge"));
  CHECK(collector.dispatch(&reader, {called("gauge"), two, 2}) == outcome_unknown_type);
  CHECK(collector.counts().series == 0);
  CHECK(!collector.types.add({"", {{"a", Kind::gauge, 0, 1}}}, problem) && problem.where == "type");
  CHECK(!collector.types.add({"x", {}}, problem) && problem.code == "MORTISE_ERR_COLLECT_DATA_SET");
  CHECK(!collector.types.add({"x", {{"", Kind::gauge, 0, 1}}}, problem));
  CHECK(!collector.types.add({"x", {{"a", static_cast<Kind>(4), 0, 1}}}, problem));
}

void lines_of_types_db_are_checked() {
  DataSets types;
  std::vector<Problem> problems;
  const char *const text = "good value:gauge:0:U\r\n"
                           "alone\n"
                           "few value:GAUGE:0\n"
                           "kind value:GAUGES:0:U\n"
                           "minimum value:GAUGE:x:U\n"
                           "maximum value:GAUGE:0:1x\n"
                           "\n"
                           "  late  a:DERIVE:-1.5:1e3,b:ABSOLUTE:U:U";
  CHECK(types.read(text, "some/types.db", problems) == 2 && problems.size() == 5);
  const char *const lines[] = {"2", "3", "4", "5", "6"};
  for (size_t i = 0; i < 5; i++) {
    CHECK(problems[i].code == "MORTISE_ERR_COLLECT_TYPES_DB");
    CHECK(problems[i].where == std::string("some/types.db:") + lines[i]);
  }
  const auto late = types.find("late");
  CHECK(late->sources.size() == 2 && late->sources[0].min == -1.5 && late->sources[0].max == 1000);
  CHECK(std::isnan(late->sources[1].min) && late->sources[1].kind == Kind::absolute);
  CHECK(types.find("good")->sources[0].kind == Kind::gauge && types.list().size() == 2);
}

void series_are_bounded() {
  Options options = quick();
  options.max_series = 100;
  Collector collector(options);
  add_types(collector.types);
  int refused = 0;
  for (int i = 0; i < 300; i++)
    refused += send(collector, &reader, called("gauge", std::to_string(i)), gauge(1)) == outcome_too_many;
  CHECK(refused == 200 && collector.counts().too_many == 200 && collector.counts().series == 100);
}

// Filters that rename, stop and choose.
struct Renaming final : Filter {
  bool has_before() const override { return true; }
  bool has_after() const override { return true; }
  Verdict before_cache(const DataSet &, Draft &draft) override {
    if (draft.type_instance == "stop") return Verdict::stop;
    if (draft.type_instance == "a") draft.type_instance = "b";
    return Verdict::pass;
  }
  Verdict after_cache(const DataSet &, Draft &draft, std::vector<std::string> &writers) override {
    if (draft.type_instance == "late stop") return Verdict::stop;
    if (draft.type_instance == "b") draft.host = "there";
    if (draft.type_instance == "one") {
      writers.push_back("second");
      return Verdict::written;
    }
    return Verdict::pass;
  }
};

void filters_change_and_stop() {
  Kept first, second;
  Collector collector(quick());
  add_types(collector.types);
  Problem problem;
  CHECK(collector.add_writer(&other, "first", first.write(), problem));
  CHECK(collector.add_writer(&other, "second", second.write(), problem));
  collector.set_filter(std::make_shared<Renaming>());
  for (const char *name : {"a", "stop", "late stop", "one", "plain"})
    CHECK(send(collector, &reader, called("gauge", name), gauge(1)) == outcome_dispatched);
  CHECK(collector.drain(10s));
  CHECK((first.texts == std::vector<std::string>{"there/test/gauge-b", "here/test/gauge-plain"}));
  CHECK((second.texts ==
         std::vector<std::string>{"there/test/gauge-b", "here/test/gauge-one", "here/test/gauge-plain"}));
  CHECK(second.rates[1] == 1 && collector.counts().filtered == 2);
  CHECK(collector.cache().find({"here", "test", "", "gauge", "b"}));
  CHECK(!collector.cache().find({"there", "test", "", "gauge", "b"}));
  collector.set_filter(nullptr);
  CHECK(send(collector, &reader, called("gauge", "stop"), gauge(1)) == 0 && collector.drain(10s));
  CHECK(first.texts.size() == 3);
}

} // namespace

int main() {
  what_is_dispatched_is_written();
  what_is_wrong_is_refused();
  what_is_invalid_is_said();
  slashes_are_escaped();
  rates_are_as_with_collectd();
  the_cache_answers();
  a_data_set_may_change();
  lines_of_types_db_are_checked();
  series_are_bounded();
  filters_change_and_stop();
  std::puts("ok");
}
