package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// What a query asks for, as JSON.
type query struct {
	File string `json:"file"`
	// By name; none: all.
	Columns []string `json:"columns"`
	// The column that the time range is about. None: the first that holds times; when there is none, all rows count.
	Time string `json:"time"`
}

// A file, read twice: for the types of its columns, and for its rows.
type table struct {
	directory *os.Root
	file      string
	columns   []column
	// Of these, where the time is; -1: nowhere.
	time int
	// How many of them are answered: the time column may only be there to compare.
	shown int
}

func openTable(directory *os.Root, asked query) (*table, error) {
	t := &table{directory: directory, file: asked.File, time: -1}
	if err := t.choose(asked.Columns, asked.Time); err != nil {
		return nil, err
	}
	err := t.read(func(row []string) error {
		for i := range t.columns {
			t.columns[i].learn(row[t.columns[i].index])
		}
		return nil
	})
	for i := range t.columns {
		if t.time < 0 && t.columns[i].isTime() && (asked.Time == "" || asked.Time == t.columns[i].name) {
			t.time = i
		}
	}
	if err == nil && asked.Time != "" && t.time < 0 {
		err = fmt.Errorf("%s: the column %q holds other values than times", asked.File, asked.Time)
	}
	return t, err
}

// choose looks up the columns in the file's first row.
func (t *table) choose(names []string, time string) error {
	file, err := t.directory.Open(t.file)
	if err != nil {
		return err
	}
	defer file.Close()
	header, err := csv.NewReader(file).Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: the file is empty", t.file)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.file, err)
	}
	if len(names) == 0 {
		names = header
	}
	t.shown = len(names)
	if time != "" && !slices.Contains(names, time) {
		names = append(slices.Clone(names), time)
	}
	for _, name := range names {
		index := slices.Index(header, name)
		if index < 0 {
			return fmt.Errorf("%s: there is no column %q", t.file, name)
		}
		t.columns = append(t.columns, column{name: name, index: index})
	}
	return nil
}

// read hands over each row after the first. The row is the reader's own again afterwards.
func (t *table) read(take func(row []string) error) error {
	file, err := t.directory.Open(t.file)
	if err != nil {
		return err
	}
	defer file.Close()
	rows := csv.NewReader(file)
	rows.ReuseRecord = true
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.file, err)
		}
		if first {
			continue
		}
		if err := take(row); err != nil {
			return err
		}
	}
}

// frames hands over the rows of the time range, so many at a time; at least one frame, which may be empty.
func (t *table) frames(within backend.TimeRange, rows int, take func(*data.Frame) error) error {
	frame, sent := t.frame(), false
	err := t.read(func(row []string) error {
		if t.time >= 0 {
			at, ok := t.columns[t.time].value(row[t.columns[t.time].index]).(*time.Time)
			if !ok || at.Before(within.From) || at.After(within.To) {
				return nil
			}
		}
		values := make([]any, t.shown)
		for i := range values {
			values[i] = t.columns[i].value(row[t.columns[i].index])
		}
		frame.AppendRow(values...)
		if frame.Rows() < rows {
			return nil
		}
		full := frame
		frame, sent = t.frame(), true
		return take(full)
	})
	if err != nil || (sent && frame.Rows() == 0) {
		return err
	}
	return take(frame)
}

func (t *table) frame() *data.Frame {
	frame := data.NewFrame(t.file)
	for i := range t.shown {
		frame.Fields = append(frame.Fields, t.columns[i].field())
	}
	return frame
}
