package auth0

import (
	"context"
	"fmt"
	"net/http"

	phoneproviders "github.com/auth0/go-auth0/v3/management/branding/phone/providers"
	clientgrants "github.com/auth0/go-auth0/v3/management/clientgrants/client"
	apps "github.com/auth0/go-auth0/v3/management/clients/client"
	"github.com/auth0/go-auth0/v3/management/core"
	emailprovider "github.com/auth0/go-auth0/v3/management/emails/provider"
	flows "github.com/auth0/go-auth0/v3/management/flows/client"
	vault "github.com/auth0/go-auth0/v3/management/flows/vault/connections"
	"github.com/auth0/go-auth0/v3/management/jobs/verificationemail"
	users "github.com/auth0/go-auth0/v3/management/users/client"

	"github.com/auth0vault/terraform-provider-auth0vault/internal/auth0/snapshot"
)

// Client talks to one tenant with one set of credentials. It comes from
// Pool.Client; its methods may be called at the same time.
type Client struct {
	credentials Credentials
	pool        *Pool
	tenant      *tenant
	tokens      *tokenSource

	vault          *vault.Client
	users          *users.Client
	apps           *apps.Client
	clientGrants   *clientgrants.Client
	flows          *flows.Client
	emailProvider  *emailprovider.Client
	phoneProviders *phoneproviders.Client

	verificationEmail *verificationemail.Client

	vaultConnections *snapshot.Snapshot[VaultConnection]
	flowSnapshot     *snapshot.Snapshot[Flow]
	flowList         *snapshot.Snapshot[Flow]
	grantSnapshots   grantSnapshots
	userReads        *userReads
}

func newClient(pool *Pool, t *tenant, credentials Credentials) *Client {
	c := &Client{credentials: credentials, pool: pool, tenant: t}
	c.tokens = newTokenSource(c)
	c.userReads = newUserReads(c)
	options := &core.RequestOptions{
		BaseURL:        "https://" + credentials.Domain + "/api/v2",
		HTTPClient:     sender{c},
		HTTPHeader:     http.Header{},
		DisableRetries: true,
	}
	c.vault = vault.NewClient(options)
	c.users = users.NewClient(options)
	c.apps = apps.NewClient(options)
	c.clientGrants = clientgrants.NewClient(options)
	c.flows = flows.NewClient(options)
	c.emailProvider = emailprovider.NewClient(options)
	c.phoneProviders = phoneproviders.NewClient(options)
	c.verificationEmail = verificationemail.NewClient(options)
	c.vaultConnections = newVaultConnectionSnapshot(c)
	c.flowSnapshot = newFlowSnapshot(c)
	c.flowList = newFlowList(c)
	c.grantSnapshots.client, c.grantSnapshots.byAPI = c, map[string]*snapshot.Snapshot[Grant]{}
	return c
}

// Domain returns the tenant's host name as the credentials give it.
func (c *Client) Domain() string { return c.credentials.Domain }

// ClientID returns the id of the client that asks; it is empty for a ready token.
func (c *Client) ClientID() string { return c.credentials.ClientID }

// Audience returns the identifier of the Management API that tokens are asked for.
func (c *Client) Audience() string { return c.credentials.audience() }

// operation is what a request is for.
type operation struct {
	// name completes "Auth0 refused to …".
	name string
	// id is the object that the operation is about: its response is about that object,
	// and a 404 means that it does not exist. It is empty for creates and lists.
	id string
	// secrets are the ones that the request's body holds.
	secrets []string
	// once is set where a second request would do something else than the first:
	// it is not sent again when nobody knows whether the first was carried out.
	once bool
	// interruptible is set where a write may be cut short when the run is canceled:
	// nothing in the state depends on it.
	interruptible bool
	// optional is set where there is another way: a failure is not worth repeating.
	optional bool
	// customDomain asks for the Auth0-Custom-Domain header.
	customDomain bool
}

// exchange accompanies one operation through the SDK: the sender reads from it
// what it may do and leaves in it what Auth0 answered.
type exchange struct {
	operation
	// maxBody bounds the body of a success, in bytes.
	maxBody int64

	host     string
	response *response
}

type exchangeKey struct{}

// call carries out one operation through the SDK and decodes the response into T,
// leaving the SDK's own decoding aside: that one loses data, and would turn an
// unknown shape in the response to a create into an orphan. The error is the
// sender's, or an *UnexpectedResponseError.
func call[T any](ctx context.Context, op operation, send func(context.Context) error) (T, error) {
	x := &exchange{operation: op, maxBody: maxListBody}
	switch any(*new(T)).(type) {
	case object, struct{}, accepted:
		x.maxBody = maxObjectBody
	}
	err := send(context.WithValue(ctx, exchangeKey{}, x))
	if x.response == nil {
		if err == nil {
			err = fmt.Errorf("cannot %s: no request was sent", op.name)
		}
		return *new(T), err
	}
	return decode[T](x)
}

func ptr[T any](v T) *T { return &v }
