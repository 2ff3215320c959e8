package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
)

// routes are the data source's resources: GET files, and GET files/NAME.
func routes(directory *os.Root) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /files", func(answer http.ResponseWriter, _ *http.Request) {
		names, err := listFiles(directory)
		if err != nil {
			http.Error(answer, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(answer).Encode(names)
	})
	mux.HandleFunc("GET /files/{name}", func(answer http.ResponseWriter, request *http.Request) {
		file, err := directory.Open(request.PathValue("name"))
		if err != nil {
			http.Error(answer, err.Error(), http.StatusNotFound)
			return
		}
		defer file.Close()
		answer.Header().Set("Content-Type", "text/csv")
		_, _ = io.Copy(answer, file)
	})
	return mux
}
