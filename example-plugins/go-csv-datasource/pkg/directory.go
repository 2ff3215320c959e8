package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// What the settings of a data source hold.
type settings struct {
	// Below the root that the plugin may read.
	Directory string `json:"directory"`
}

// The variable that a host makes from the plugin's setting "root".
const rootVariable = "GF_PLUGIN_ROOT"

// openDirectory opens the data source's directory. Nothing outside of it can be reached through what it returns.
func openDirectory(from backend.DataSourceInstanceSettings) (*os.Root, error) {
	root := os.Getenv(rootVariable)
	if root == "" {
		return nil, errors.New("the plugin's setting \"root\" does not say where its files are")
	}
	var wanted settings
	if err := json.Unmarshal(from.JSONData, &wanted); err != nil {
		return nil, fmt.Errorf("the data source's settings are not JSON: %w", err)
	}
	opened, err := os.OpenRoot(root)
	if err != nil || wanted.Directory == "" {
		return opened, err
	}
	defer opened.Close()
	return opened.OpenRoot(wanted.Directory)
}

// listFiles names the CSV files of a directory, sorted.
func listFiles(directory *os.Root) ([]string, error) {
	self, err := directory.Open(".")
	if err != nil {
		return nil, err
	}
	defer self.Close()
	entries, err := self.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, entry := range entries {
		if entry.Type().IsRegular() && strings.EqualFold(filepath.Ext(entry.Name()), ".csv") {
			names = append(names, entry.Name())
		}
	}
	sort.Strings(names)
	return names, nil
}
