package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// How many rows one frame of a chunked answer has.
const rowsPerChunk = 16 * 1024

// One data source, as its settings describe it. The SDK keeps it until they change.
type dataSource struct {
	directory *os.Root
	backend.CallResourceHandler
}

func newDataSource(_ context.Context, from backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	directory, err := openDirectory(from)
	if err != nil {
		return nil, backend.DownstreamError(err)
	}
	return &dataSource{directory, httpadapter.New(routes(directory))}, nil
}

// Dispose is called by the SDK when the settings have changed.
func (d *dataSource) Dispose() {
	d.directory.Close()
}

// QueryData answers each query with one frame. A query that fails doesn't stop the others.
func (d *dataSource) QueryData(
	ctx context.Context, request *backend.QueryDataRequest,
) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	for _, one := range request.Queries {
		answer := backend.DataResponse{Status: backend.StatusOK}
		err := d.answer(ctx, one, math.MaxInt, func(frame *data.Frame) error {
			answer.Frames = append(answer.Frames, frame)
			return nil
		})
		if err != nil {
			answer = backend.ErrDataResponse(backend.StatusBadRequest, err.Error())
			answer.ErrorSource = backend.ErrorSourceDownstream
		}
		response.Responses[one.RefID] = answer
	}
	return response, nil
}

// QueryChunkedData answers as it reads: of a large file only a part is ever in memory.
func (d *dataSource) QueryChunkedData(
	ctx context.Context, request *backend.QueryChunkedDataRequest, writer backend.ChunkedDataWriter,
) error {
	for _, one := range request.Queries {
		err := d.answer(ctx, one, rowsPerChunk, func(frame *data.Frame) error {
			return writer.WriteFrame(ctx, one.RefID, one.RefID, frame)
		})
		if err != nil {
			if err := writer.WriteError(ctx, one.RefID, backend.StatusBadRequest, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *dataSource) answer(
	ctx context.Context, asked backend.DataQuery, rows int, take func(*data.Frame) error,
) error {
	var wanted query
	if err := json.Unmarshal(asked.JSON, &wanted); err != nil {
		return fmt.Errorf("the query is not JSON: %w", err)
	}
	if wanted.File == "" {
		return fmt.Errorf("the query names no file")
	}
	table, err := openTable(d.directory, wanted)
	if err != nil {
		return err
	}
	return table.frames(asked.TimeRange, rows, func(frame *data.Frame) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return take(frame)
	})
}

// CheckHealth says whether there is anything to read.
func (d *dataSource) CheckHealth(
	context.Context, *backend.CheckHealthRequest,
) (*backend.CheckHealthResult, error) {
	names, err := listFiles(d.directory)
	if err != nil {
		return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: err.Error()}, nil
	}
	details, err := json.Marshal(map[string]int{"files": len(names)})
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusOk,
		Message:     fmt.Sprintf("%d CSV files", len(names)),
		JSONDetails: details,
	}, err
}
