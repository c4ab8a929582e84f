// terraform-provider stands in for a Terraform provider while `terraform validate` runs: it knows every argument, block and
// attribute of the provider whose schema stands beside it, and can do nothing else. Its own name says which provider it is.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type schemas struct {
	Provider    body            `json:"provider"`
	Resources   map[string]body `json:"resources"`
	DataSources map[string]body `json:"data_sources"`
}

type body struct {
	Attributes []attribute `json:"attributes"`
	Blocks     []block     `json:"blocks"`
}

type attribute struct {
	Name     string          `json:"name"`
	Type     json.RawMessage `json:"type"`
	Nested   *body           `json:"nested"`
	Nesting  string          `json:"nesting"`
	Required bool            `json:"required"`
	ReadOnly bool            `json:"read_only"`
}

type block struct {
	Name    string `json:"name"`
	Body    body   `json:"body"`
	Nesting string `json:"nesting"`
	Minimum int64  `json:"minimum"`
	Maximum int64  `json:"maximum"`
}

// Only what `terraform validate` asks for is answered; anything else is a mistake of whoever asks and ends the program.
type server struct {
	tfprotov6.ProviderServer
	schemas schemas
}

func main() {
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "terraform-provider-")
	known, err := read(filepath.Join(filepath.Dir(os.Args[0]), name+".json"))
	if err == nil {
		factory := func() tfprotov6.ProviderServer { return &server{schemas: known} }
		err = tf6server.Serve("towel/"+name, factory)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string) (known schemas, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &known)
	}
	return known, err
}

func (s *server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return &tfprotov6.GetMetadataResponse{}, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	answer := &tfprotov6.GetProviderSchemaResponse{
		ResourceSchemas:   map[string]*tfprotov6.Schema{},
		DataSourceSchemas: map[string]*tfprotov6.Schema{},
	}
	var err error
	if answer.Provider, err = schema(s.schemas.Provider); err != nil {
		return nil, err
	}
	for name, body := range s.schemas.Resources {
		if answer.ResourceSchemas[name], err = schema(body); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, body := range s.schemas.DataSources {
		if answer.DataSourceSchemas[name], err = schema(body); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return answer, nil
}

func (s *server) ValidateProviderConfig(_ context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: request.Config}, nil
}

func (s *server) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (s *server) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (s *server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func schema(from body) (*tfprotov6.Schema, error) {
	block, err := from.block()
	return &tfprotov6.Schema{Block: block}, err
}

func (b body) block() (*tfprotov6.SchemaBlock, error) {
	attributes, err := b.attributes()
	if err != nil {
		return nil, err
	}
	made := &tfprotov6.SchemaBlock{Attributes: attributes}
	for _, inner := range b.Blocks {
		body, err := inner.Body.block()
		if err != nil {
			return nil, err
		}
		nesting := tfprotov6.SchemaNestedBlockNestingModeList
		if inner.Nesting == "single" {
			nesting = tfprotov6.SchemaNestedBlockNestingModeSingle
		}
		made.BlockTypes = append(made.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: inner.Name, Block: body, Nesting: nesting, MinItems: inner.Minimum, MaxItems: inner.Maximum,
		})
	}
	return made, nil
}

func (b body) attributes() ([]*tfprotov6.SchemaAttribute, error) {
	var made []*tfprotov6.SchemaAttribute
	for _, from := range b.Attributes {
		attribute := &tfprotov6.SchemaAttribute{Name: from.Name, Required: from.Required, Computed: !from.Required}
		attribute.Optional = !from.Required && !from.ReadOnly
		var err error
		if from.Nested == nil {
			attribute.Type, err = tftypes.ParseJSONType(from.Type) //nolint:staticcheck // The schema holds types in Terraform's own JSON form.
		} else {
			attribute.NestedType, err = from.object()
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", from.Name, err)
		}
		made = append(made, attribute)
	}
	return made, nil
}

func (a attribute) object() (*tfprotov6.SchemaObject, error) {
	inner, err := a.Nested.attributes()
	nesting := map[string]tfprotov6.SchemaObjectNestingMode{
		"single": tfprotov6.SchemaObjectNestingModeSingle,
		"list":   tfprotov6.SchemaObjectNestingModeList,
		"map":    tfprotov6.SchemaObjectNestingModeMap,
	}[a.Nesting]
	return &tfprotov6.SchemaObject{Attributes: inner, Nesting: nesting}, err
}
