package auth0

import (
	"net/http"
	"sync/atomic"
	"time"

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
	*clientState

	// authRetry is for how long a refusal by the token endpoint is retried.
	authRetry time.Duration
}

// clientState is what a client shares with the one that WithAuthRetry returns.
type clientState struct {
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
	// flowsDenied is why this client may not read flows, once it is known.
	flowsDenied    atomic.Pointer[error]
	flowList       *snapshot.Snapshot[Flow]
	grantSnapshots grantSnapshots
	userReads      *userReads
}

func newClient(pool *Pool, t *tenant, credentials Credentials) *Client {
	c := &Client{clientState: &clientState{credentials: credentials, pool: pool, tenant: t}}
	c.tokens = newTokenSource(c)
	c.userReads = newUserReads(c)
	options := &core.RequestOptions{
		BaseURL:        "https://" + credentials.Domain + "/api/v2",
		HTTPClient:     new(requestBuilder),
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

// WithAuthRetry returns the same client for credentials that may have been created a
// moment ago. Its requests retry a refusal by the token endpoint, with growing pauses,
// for up to limit. Once that did not help, the refusal counts at once.
func (c *Client) WithAuthRetry(limit time.Duration) *Client {
	return &Client{clientState: c.clientState, authRetry: limit}
}

// Domain returns the tenant's host name as the credentials give it.
func (c *Client) Domain() string { return c.credentials.Domain }

// ClientID returns the id of the client that asks; it is empty for a ready token.
func (c *Client) ClientID() string { return c.credentials.ClientID }

// Audience returns the identifier of the Management API that tokens are asked for.
func (c *Client) Audience() string { return c.credentials.audience() }

func ptr[T any](v T) *T { return &v }
