package function

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
)

var _ function.Function = (*ScopesFromActions)(nil)

// ScopesFromActions is the function scopes_from_actions.
type ScopesFromActions struct{}

// NewScopesFromActions makes the function.
func NewScopesFromActions() function.Function { return &ScopesFromActions{} }

// Metadata implements function.Function.
func (f *ScopesFromActions) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "scopes_from_actions"
}

// Definition implements function.Function.
func (f *ScopesFromActions) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Scopes that flow actions need",
		MarkdownDescription: "Returns the scopes of the Management API that a vault connection's client needs for the given flow actions, " +
			"sorted and each once: `GET_USER` needs `read:users`, `CREATE_USER` needs `create:users`, `UPDATE_USER` needs `update:users`.",
		Parameters: []function.Parameter{
			function.SetParameter{
				Name:                "actions",
				ElementType:         types.StringType,
				MarkdownDescription: "Actions: `GET_USER`, `CREATE_USER`, `UPDATE_USER`.",
			},
		},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

// Run implements function.Function.
func (f *ScopesFromActions) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var actions []string
	if resp.Error = req.Arguments.Get(ctx, &actions); resp.Error != nil {
		return
	}
	scopes, unknown := auth0.ScopesFromActions(actions...)
	if len(unknown) > 0 {
		resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("Unknown action %q: the actions that a vault connection authorizes are %s.",
			unknown[0], strings.Join(auth0.Actions(), ", ")))
		return
	}
	if scopes == nil {
		scopes = []string{}
	}
	resp.Error = resp.Result.Set(ctx, scopes)
}
