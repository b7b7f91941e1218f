package providerdata_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0"
	"github.com/auth0vault/terraform-provider-auth0vault/internal/provider/providerdata"
)

// nowhere is a transport of which no request is expected.
type nowhere struct{ t *testing.T }

func (n nowhere) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("a request was sent: %s %s", r.Method, r.URL)
	return nil, errors.New("nowhere")
}

// newProvider returns the data of a complete configuration.
func newProvider(t *testing.T, change ...func(*providerdata.Data)) *providerdata.Data {
	t.Helper()
	pool, err := auth0.NewPool(auth0.Options{Transport: nowhere{t}})
	if err != nil {
		t.Fatal(err)
	}
	p := &providerdata.Data{
		Pool:              pool,
		Credentials:       auth0.Credentials{Domain: "acme.eu.auth0.com", ClientID: "own", ClientSecret: "own secret"},
		CredentialsSource: "the argument domain",
	}
	for _, f := range change {
		f(p)
	}
	return p
}

// text returns the summaries and details of diagnostics.
func text(diags diag.Diagnostics) string {
	var s string
	for _, d := range diags {
		s += d.Summary() + ": " + d.Detail() + "\n"
	}
	return s
}
