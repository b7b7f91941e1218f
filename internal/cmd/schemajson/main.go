// Command schemajson prints the provider's schema in the form of "terraform providers schema -json".
//
// The documentation generator reads it. Terraform itself would print only what its version knows: before 1.12 no
// identities, before 1.14 no list resources. Asked in-process, the provider tells everything, and no Terraform is needed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider"
)

// providerKey is the only address under a registry that the documentation generator looks for.
const providerKey = "registry.terraform.io/hashicorp/auth0vault"

func main() {
	server := providerserver.NewProtocol6(provider.New("dev")())()

	if err := write(context.Background(), os.Stdout, server); err != nil {
		fmt.Fprintln(os.Stderr, "schemajson:", err)
		os.Exit(1)
	}
}

// write prints what the server says of its schemas.
func write(ctx context.Context, w io.Writer, server tfprotov6.ProviderServer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	if err := failure(schemas.Diagnostics); err != nil {
		return err
	}

	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	if err := failure(identities.Diagnostics); err != nil {
		return err
	}

	converted, err := convert(schemas, identities)
	if err != nil {
		return err
	}

	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas:       map[string]*tfjson.ProviderSchema{providerKey: converted},
	})
}

// failure turns the first error among the diagnostics into a Go error.
func failure(diags []*tfprotov6.Diagnostic) error {
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s (%s)", d.Summary, d.Detail, d.Attribute)
		}
	}
	return nil
}

func convert(
	schemas *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse,
) (*tfjson.ProviderSchema, error) {
	var (
		out tfjson.ProviderSchema
		err error
	)

	if schemas.Provider != nil {
		if out.ConfigSchema, err = schema(schemas.Provider); err != nil {
			return nil, fmt.Errorf("provider: %w", err)
		}
	}
	if out.ResourceSchemas, err = each(schemas.ResourceSchemas, schema); err != nil {
		return nil, fmt.Errorf("resource %w", err)
	}
	if out.DataSourceSchemas, err = each(schemas.DataSourceSchemas, schema); err != nil {
		return nil, fmt.Errorf("data source %w", err)
	}
	if out.EphemeralResourceSchemas, err = each(schemas.EphemeralResourceSchemas, schema); err != nil {
		return nil, fmt.Errorf("ephemeral resource %w", err)
	}
	if out.ListResourceSchemas, err = each(schemas.ListResourceSchemas, schema); err != nil {
		return nil, fmt.Errorf("list resource %w", err)
	}
	if out.ActionSchemas, err = each(schemas.ActionSchemas, action); err != nil {
		return nil, fmt.Errorf("action %w", err)
	}
	if out.Functions, err = each(schemas.Functions, function); err != nil {
		return nil, fmt.Errorf("function %w", err)
	}
	if out.ResourceIdentitySchemas, err = each(identities.IdentitySchemas, identity); err != nil {
		return nil, fmt.Errorf("identity of %w", err)
	}
	return &out, nil
}

// each converts every element of a map, and names the one that fails.
func each[From, To any](in map[string]From, one func(From) (To, error)) (map[string]To, error) {
	out := make(map[string]To, len(in))

	for name, from := range in {
		to, err := one(from)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}

		out[name] = to
	}
	return out, nil
}

func schema(in *tfprotov6.Schema) (*tfjson.Schema, error) {
	converted, err := block(in.Block)
	if err != nil {
		return nil, err
	}
	return &tfjson.Schema{Version: uint64(in.Version), Block: converted}, nil
}

func action(in *tfprotov6.ActionSchema) (*tfjson.ActionSchema, error) {
	converted, err := schema(in.Schema)
	if err != nil {
		return nil, err
	}
	return &tfjson.ActionSchema{Block: converted.Block}, nil
}

func block(in *tfprotov6.SchemaBlock) (*tfjson.SchemaBlock, error) {
	converted, err := attributes(in.Attributes)
	if err != nil {
		return nil, err
	}

	out := &tfjson.SchemaBlock{
		Attributes:      converted,
		NestedBlocks:    make(map[string]*tfjson.SchemaBlockType, len(in.BlockTypes)),
		Description:     in.Description,
		DescriptionKind: kind(in.DescriptionKind),
		Deprecated:      in.Deprecated,
	}

	for _, nested := range in.BlockTypes {
		mode, ok := blockNesting[nested.Nesting]
		if !ok {
			return nil, fmt.Errorf("%s: unknown nesting %s", nested.TypeName, nested.Nesting)
		}

		converted, err := block(nested.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", nested.TypeName, err)
		}

		out.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: mode,
			Block:       converted,
			MinItems:    uint64(nested.MinItems),
			MaxItems:    uint64(nested.MaxItems),
		}
	}
	return out, nil
}

func attributes(in []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	out := make(map[string]*tfjson.SchemaAttribute, len(in))

	for _, from := range in {
		to := &tfjson.SchemaAttribute{
			Description:     from.Description,
			DescriptionKind: kind(from.DescriptionKind),
			Deprecated:      from.Deprecated,
			Required:        from.Required,
			Optional:        from.Optional,
			Computed:        from.Computed,
			Sensitive:       from.Sensitive,
			WriteOnly:       from.WriteOnly,
		}

		if from.NestedType != nil {
			mode, ok := objectNesting[from.NestedType.Nesting]
			if !ok {
				return nil, fmt.Errorf("%s: unknown nesting %s", from.Name, from.NestedType.Nesting)
			}

			nested, err := attributes(from.NestedType.Attributes)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", from.Name, err)
			}

			to.AttributeNestedType = &tfjson.SchemaNestedAttributeType{Attributes: nested, NestingMode: mode}
		} else if err := encodeType(from.Type, &to.AttributeType); err != nil {
			return nil, fmt.Errorf("%s: %w", from.Name, err)
		}

		out[from.Name] = to
	}
	return out, nil
}

func function(in *tfprotov6.Function) (*tfjson.FunctionSignature, error) {
	out := &tfjson.FunctionSignature{
		Description:        in.Description,
		Summary:            in.Summary,
		DeprecationMessage: in.DeprecationMessage,
	}

	if err := encodeType(in.Return.Type, &out.ReturnType); err != nil {
		return nil, err
	}

	for _, from := range in.Parameters {
		to, err := parameter(from)
		if err != nil {
			return nil, err
		}

		out.Parameters = append(out.Parameters, to)
	}

	if in.VariadicParameter != nil {
		variadic, err := parameter(in.VariadicParameter)
		if err != nil {
			return nil, err
		}

		out.VariadicParameter = variadic
	}
	return out, nil
}

func parameter(in *tfprotov6.FunctionParameter) (*tfjson.FunctionParameter, error) {
	out := &tfjson.FunctionParameter{
		Name:        in.Name,
		Description: in.Description,
		IsNullable:  in.AllowNullValue,
	}

	if err := encodeType(in.Type, &out.Type); err != nil {
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	return out, nil
}

func identity(in *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	out := &tfjson.IdentitySchema{
		Version:    uint64(in.Version),
		Attributes: make(map[string]*tfjson.IdentityAttribute, len(in.IdentityAttributes)),
	}

	for _, from := range in.IdentityAttributes {
		to := &tfjson.IdentityAttribute{
			Description:       from.Description,
			RequiredForImport: from.RequiredForImport,
			OptionalForImport: from.OptionalForImport,
		}

		if err := encodeType(from.Type, &to.IdentityType); err != nil {
			return nil, fmt.Errorf("%s: %w", from.Name, err)
		}

		out.Attributes[from.Name] = to
	}
	return out, nil
}

// encodeType carries a type over by its JSON, which the two libraries share; target is one of tfjson's fields for types.
func encodeType(in tftypes.Type, target json.Unmarshaler) error {
	encoded, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return target.UnmarshalJSON(encoded)
}

func kind(in tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if in == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}

var blockNesting = map[tfprotov6.SchemaNestedBlockNestingMode]tfjson.SchemaNestingMode{
	tfprotov6.SchemaNestedBlockNestingModeSingle: tfjson.SchemaNestingModeSingle,
	tfprotov6.SchemaNestedBlockNestingModeList:   tfjson.SchemaNestingModeList,
	tfprotov6.SchemaNestedBlockNestingModeSet:    tfjson.SchemaNestingModeSet,
	tfprotov6.SchemaNestedBlockNestingModeMap:    tfjson.SchemaNestingModeMap,
	tfprotov6.SchemaNestedBlockNestingModeGroup:  tfjson.SchemaNestingModeGroup,
}

var objectNesting = map[tfprotov6.SchemaObjectNestingMode]tfjson.SchemaNestingMode{
	tfprotov6.SchemaObjectNestingModeSingle: tfjson.SchemaNestingModeSingle,
	tfprotov6.SchemaObjectNestingModeList:   tfjson.SchemaNestingModeList,
	tfprotov6.SchemaObjectNestingModeSet:    tfjson.SchemaNestingModeSet,
	tfprotov6.SchemaObjectNestingModeMap:    tfjson.SchemaNestingModeMap,
}
