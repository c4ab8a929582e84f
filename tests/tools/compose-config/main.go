// compose-config judges Compose files with the loader that Docker Compose itself uses. It needs no engine. It prints one
// JSON object a line: the file, what refused it, and what it was warned of.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

type answer struct {
	File     string   `json:"file"`
	Errors   []string `json:"errors"`
	Warnings []string `json:"warnings"`
}

// What the loader logs while it reads a file.
type log struct{ lines []string }

func (l *log) Levels() []logrus.Level { return []logrus.Level{logrus.ErrorLevel, logrus.WarnLevel} }

func (l *log) Fire(entry *logrus.Entry) error {
	l.lines = append(l.lines, entry.Message)
	return nil
}

func main() {
	logged := &log{}
	logrus.AddHook(logged)
	logrus.SetOutput(devNull())
	out := json.NewEncoder(os.Stdout)
	for _, file := range os.Args[1:] {
		logged.lines = []string{}
		errors := judge(file)
		if err := out.Encode(answer{File: file, Errors: errors, Warnings: logged.lines}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
}

func devNull() *os.File {
	file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	return file
}

func judge(file string) []string {
	file, err := filepath.Abs(file)
	if err != nil {
		return []string{err.Error()}
	}
	details := types.ConfigDetails{
		WorkingDir:  filepath.Dir(file),
		ConfigFiles: []types.ConfigFile{{Filename: file}},
		Environment: example(filepath.Dir(file)),
	}
	project, err := loader.LoadWithContext(context.Background(), details, func(options *loader.Options) {
		options.SetProjectName("judged", false)
		options.Profiles = []string{"*"}
		// `.env` is a person's own and never rendered.
		options.SkipResolveEnvironment = true
	})
	if err != nil {
		return []string{err.Error()}
	}
	return missing(project)
}

// The variables of the nearest `.env.example`, each with a value, since a person fills the empty ones in.
func example(folder string) types.Mapping {
	variables := types.Mapping{}
	for range 4 {
		if file, err := os.Open(filepath.Join(folder, ".env.example")); err == nil {
			defer file.Close()
			for lines := bufio.NewScanner(file); lines.Scan(); {
				name, value, found := strings.Cut(lines.Text(), "=")
				name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "export "))
				if !found || strings.HasPrefix(name, "#") {
					continue
				}
				if variables[name] = strings.Trim(strings.TrimSpace(value), `"'`); variables[name] == "" {
					variables[name] = "filled-in"
				}
			}
			return variables
		}
		folder = filepath.Dir(folder)
	}
	return variables
}

// What is mounted from rendered folders and is not there.
func missing(project *types.Project) []string {
	complaints := []string{}
	look := func(owner, path string) {
		if !strings.Contains(path, string(filepath.Separator)+"deploy"+string(filepath.Separator)) {
			return
		}
		if _, err := os.Stat(path); err != nil {
			complaints = append(complaints, fmt.Sprintf("%s mounts %s, which is not there", owner, path))
		}
	}
	for _, service := range project.Services {
		for _, volume := range service.Volumes {
			if volume.Type == types.VolumeTypeBind {
				look("service "+service.Name, volume.Source)
			}
		}
	}
	for name, config := range project.Configs {
		look("config "+name, config.File)
	}
	for name, secret := range project.Secrets {
		look("secret "+name, secret.File)
	}
	return complaints
}
