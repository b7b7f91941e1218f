package providerdata_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

func TestImportHint(t *testing.T) {
	t.Parallel()
	several := &auth0.MultipleMatchesError{What: "flows", Name: "x", IDs: []string{"af_1", "af_2"}}
	for name, test := range map[string]struct {
		err   error
		found error // of the search
		want  string
	}{
		"a conflict": {&auth0.Error{Status: 409}, nil, "terraform import auth0vault_flow.<name> af_1"},
		"the text of a conflict": {&auth0.Error{Status: 400, Message: "A flow with this name already exists."}, nil,
			"terraform import auth0vault_flow.<name> af_1"},
		"several":                  {&auth0.Error{Status: 409}, several, `several flows are named "x": af_1, af_2`},
		"it is not found":          {&auth0.Error{Status: 409}, errors.New("no"), ""},
		"another refusal":          {&auth0.Error{Status: 400, Message: "no"}, nil, ""},
		"the text of a server":     {&auth0.Error{Status: 500, Message: "already exists"}, nil, ""},
		"a failure of the network": {errors.New("already exists"), nil, ""},
	} {
		got := providerdata.ImportHint(test.err, "auth0vault_flow", func() (string, error) { return "af_1", test.found })
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
