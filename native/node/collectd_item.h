// Items of a collectd.conf from JavaScript.
#pragma once

#include "collectd/config/item.h"
#include "collectd/config/parser.h"

#include <napi.h>

namespace mortise::js {

// Throws where it is none, or where blocks are deeper than the parser lets them be.
inline collectd::Item to_item(const Napi::Value &value, size_t depth = collectd::max_blocks + 1) {
  if (depth == 0 || !value.IsObject())
    throw Napi::TypeError::New(value.Env(), "mortise: not an item of a collectd.conf, or too deep");
  const Napi::HandleScope scope(value.Env());
  const Napi::Object object = value.As<Napi::Object>();
  collectd::Item item;
  item.key = object.Get("key").As<Napi::String>().Utf8Value();
  item.file = object.Get("file").As<Napi::String>().Utf8Value();
  const Napi::Value line = object.Get("line");
  if (line.IsNumber()) item.line = line.As<Napi::Number>().Int32Value();
  const Napi::Array values = object.Get("values").As<Napi::Array>();
  for (uint32_t i = 0; i < values.Length(); i++) {
    const Napi::Value one = values[i];
    if (one.IsString())
      item.values.emplace_back(one.As<Napi::String>().Utf8Value());
    else if (one.IsNumber())
      item.values.emplace_back(one.As<Napi::Number>().DoubleValue());
    else
      item.values.emplace_back(one.ToBoolean().Value());
  }
  const Napi::Array children = object.Get("children").As<Napi::Array>();
  for (uint32_t i = 0; i < children.Length(); i++)
    item.children.push_back(to_item(children[i], depth - 1));
  return item;
}

} // namespace mortise::js
