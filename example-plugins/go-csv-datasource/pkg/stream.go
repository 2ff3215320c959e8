package main

import (
	"context"
	"math"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// The file of the channel replay/FILE.
func (d *dataSource) replayed(path string) (string, bool) {
	file, ok := strings.CutPrefix(path, "replay/")
	if !ok {
		return "", false
	}
	found, err := d.directory.Stat(file)
	return file, err == nil && found.Mode().IsRegular()
}

// SubscribeStream lets everybody hear a file that is there.
func (d *dataSource) SubscribeStream(
	_ context.Context, request *backend.SubscribeStreamRequest,
) (*backend.SubscribeStreamResponse, error) {
	if _, ok := d.replayed(request.Path); !ok {
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusNotFound}, nil
	}
	return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusOK}, nil
}

// PublishStream lets nobody write.
func (d *dataSource) PublishStream(
	context.Context, *backend.PublishStreamRequest,
) (*backend.PublishStreamResponse, error) {
	return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusPermissionDenied}, nil
}

// RunStream sends the file's rows over and over again, as fast as they are taken, until nobody listens any more.
func (d *dataSource) RunStream(
	ctx context.Context, request *backend.RunStreamRequest, sender *backend.StreamSender,
) error {
	file, ok := d.replayed(request.Path)
	if !ok {
		return backend.DownstreamErrorf("there is no file %q", file)
	}
	table, err := openTable(d.directory, query{File: file})
	if err != nil {
		return err
	}
	table.time = -1 // all of it
	for ctx.Err() == nil {
		err := table.frames(backend.TimeRange{}, math.MaxInt, func(frame *data.Frame) error {
			return sender.SendFrame(frame, data.IncludeAll)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
