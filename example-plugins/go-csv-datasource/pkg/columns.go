package main

import (
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// A column's type is the first of these that reads each of its values. An empty value is a null.
var kinds = []struct {
	field data.FieldType
	read  func(text string) (any, bool)
}{
	{data.FieldTypeNullableInt64, func(text string) (any, bool) {
		value, err := strconv.ParseInt(text, 10, 64)
		return &value, err == nil
	}},
	{data.FieldTypeNullableFloat64, func(text string) (any, bool) {
		value, err := strconv.ParseFloat(text, 64)
		return &value, err == nil
	}},
	{data.FieldTypeNullableBool, func(text string) (any, bool) {
		value := text == "true"
		return &value, value || text == "false"
	}},
	{data.FieldTypeNullableTime, func(text string) (any, bool) {
		value, err := time.Parse(time.RFC3339Nano, text)
		return &value, err == nil
	}},
	{data.FieldTypeNullableString, func(text string) (any, bool) { return &text, true }},
}

type column struct {
	name string
	// Where it stands in a row of the file.
	index int
	// In kinds.
	kind int
}

// learn makes the column's type one that also reads this value.
func (c *column) learn(text string) {
	for text != "" {
		if _, ok := kinds[c.kind].read(text); ok {
			return
		}
		c.kind++
	}
}

func (c *column) isTime() bool {
	return kinds[c.kind].field == data.FieldTypeNullableTime
}

// value is what a field of the column's type takes: nil is its null.
func (c *column) value(text string) any {
	if text == "" {
		return nil
	}
	value, _ := kinds[c.kind].read(text)
	return value
}

func (c *column) field() *data.Field {
	field := data.NewFieldFromFieldType(kinds[c.kind].field, 0)
	field.Name = c.name
	return field
}
